//! Whether to use colours: `--color`, and for `auto` the terminal, `NO_COLOR`, `CLICOLOR_FORCE`, `FORCE_COLOR` and
//! `TERM`.

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
        Color::Auto if is_forced() => ColorChoice::AlwaysAnsi.write_global(),
        Color::Auto => {}
        Color::Always => ColorChoice::AlwaysAnsi.write_global(),
        Color::Never => ColorChoice::Never.write_global(),
    }
}

/// `FORCE_COLOR`, which anstream does not read; `NO_COLOR` goes before it.
fn is_forced() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let off = std::env::var_os("FORCE_COLOR").is_some_and(|value| value == "0");
    is_set("FORCE_COLOR") && !off && !is_set("NO_COLOR")
}

/// Whether standard output takes colours.
pub(crate) fn stdout() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
}
