//! Whether to use colours: `--color`, and for `auto` the terminal, `NO_COLOR`, `CLICOLOR_FORCE` and `TERM`.

use anstream::ColorChoice;
use clap::ValueEnum;

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal that can show them, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// Makes the choice for the whole program.
pub(crate) fn set(color: Color) {
    match color {
        Color::Auto => {}
        Color::Always => ColorChoice::AlwaysAnsi.write_global(),
        Color::Never => ColorChoice::Never.write_global(),
    }
}

/// Whether standard output takes colours.
pub(crate) fn stdout() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
}
