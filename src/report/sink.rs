//! Where the bytes of a report go.
//!
//! Invariant: a file appears whole or not at all. It is written without a name (a scan of the folder where it will stand
//! must not find it), at the end copied to a temporary name there, forced to disk and renamed; who ends the program in
//! between finds the old file or none.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, IntoInnerError, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// What standard output is to this room: anything that can be written to.
pub type Stream = Box<dyn Write + Send>;

/// An open destination.
pub(super) enum Sink {
    /// Standard output, as it comes.
    Stream(BufWriter<Stream>),
    /// Standard output, but only if it turns out to be allowed.
    Held(BufWriter<File>, Stream),
    /// A file to be: what it will hold, where, and with which permissions.
    File(BufWriter<File>, PathBuf, Option<Permissions>),
    /// Something that is there already and no file, such as `/dev/null` or a pipe.
    Device(BufWriter<File>),
}

impl Sink {
    /// Standard output. Held back, nothing of it is seen before [`Self::finish`].
    pub(super) fn stream(stream: Stream, held_back: bool) -> io::Result<Self> {
        Ok(if held_back {
            Self::Held(BufWriter::new(tempfile::tempfile()?), stream)
        } else {
            Self::Stream(BufWriter::new(stream))
        })
    }

    /// A file. A symbolic link to a file is kept and what it names is replaced.
    pub(super) fn file(path: &Path) -> io::Result<Self> {
        let (path, old) = match fs::metadata(path) {
            Ok(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(found) if found.is_file() && !is_stream(path) => {
                (fs::canonicalize(path)?, Some(found.permissions()))
            }
            Ok(_) => {
                let file = File::options().append(true).open(path)?;
                return Ok(Self::Device(BufWriter::new(file)));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (path.to_owned(), None),
            Err(error) => return Err(error),
        };
        let spool = tempfile::tempfile_in(folder(&path))?;
        Ok(Self::File(BufWriter::new(spool), path, old))
    }

    /// Gives on what has gathered, where somebody may be watching.
    pub(super) fn flush_stream(&mut self) -> io::Result<()> {
        match self {
            Self::Stream(writer) => writer.flush(),
            Self::Held(..) | Self::File(..) | Self::Device(_) => Ok(()),
        }
    }

    /// Makes what was written seen and safe.
    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Self::Stream(mut writer) => writer.flush(),
            Self::Device(mut writer) => writer.flush(),
            Self::Held(writer, mut stream) => {
                let mut file = writer.into_inner().map_err(IntoInnerError::into_error)?;
                file.rewind()?;
                let mut buffer = vec![0; 1 << 16];
                loop {
                    let read = file.read(&mut buffer)?;
                    if read == 0 {
                        return stream.flush();
                    }
                    stream.write_all(&buffer[..read])?;
                }
            }
            Self::File(writer, path, old) => {
                let mut spool = writer.into_inner().map_err(IntoInnerError::into_error)?;
                spool.rewind()?;
                let mut builder = tempfile::Builder::new();
                builder.prefix(".stampout-").suffix(".tmp");
                public(&mut builder);
                let mut named = builder.tempfile_in(folder(&path))?;
                if let Some(old) = old {
                    // Whatever the user's mask says of new files.
                    named.as_file().set_permissions(old)?;
                }
                io::copy(&mut spool, &mut named)?;
                named.as_file().sync_all()?;
                named.persist(&path).map_err(|error| error.error)?;
                sync_folder(folder(&path))
            }
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stream(writer) => writer.write(bytes),
            Self::Held(writer, _) | Self::Device(writer) => writer.write(bytes),
            Self::File(writer, ..) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stream(writer) => writer.flush(),
            Self::Held(writer, _) | Self::Device(writer) => writer.flush(),
            Self::File(writer, ..) => writer.flush(),
        }
    }
}

/// Writes a file whole or not at all; what is there already and no file, such as a pipe, is written to.
///
/// # Errors
/// Where it cannot be written, or `write` fails.
pub fn save(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut sink = Sink::file(path)?;
    write(&mut sink)?;
    sink.finish()
}

/// Whether a path names an open stream, as `/dev/stdout` does, though what it leads to may be a file.
fn is_stream(path: &Path) -> bool {
    ["/dev", "/proc"].iter().any(|root| path.starts_with(root))
}

/// The folder in which a path stands.
pub(super) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// Readable as any new file is; temporary files are private otherwise.
#[cfg(unix)]
fn public<'a, 'b>(builder: &'a mut tempfile::Builder<'b, 'b>) -> &'a mut tempfile::Builder<'b, 'b> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn public<'a, 'b>(builder: &'a mut tempfile::Builder<'b, 'b>) -> &'a mut tempfile::Builder<'b, 'b> {
    builder
}

/// Makes the new name itself survive a loss of power.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
