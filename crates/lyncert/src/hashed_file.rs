//! Files that are written and hashed at once: what was written need not be read again to be known.

use std::fs::File;
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{Scope, ScopedJoinHandle, scope};

use lyncert_report::view::{RunningSha256, sha256_of};

/// So much is passed on at a time. Most files are smaller; the report of a large estate has tens of megabytes.
const PIECE_SIZE: usize = 1 << 18;
/// So many pieces may wait for the disk.
const WAITING_PIECES: usize = 2;

/// Gives a file what `write` makes, down to the disk, and tells its SHA-256 in upper-case hexadecimal. Where that is more than one
/// piece, another thread writes and hashes: one thread makes all of a report, and the run waits for the longest.
pub(crate) fn write_hashed(
    file: &File,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<String> {
    let sha256 = scope(|scope| {
        let mut sink = Pieces { scope, file, piece: Vec::new(), passing: None };
        let made = write(&mut sink);
        let written = sink.finish();
        // That the disk is full is told by the one who writes; who makes the bytes has only seen that nobody takes them.
        written.and_then(|sha256| made.map(|()| sha256))
    })?;
    file.sync_all()?;
    Ok(sha256)
}

/// A sink that gathers pieces of a file.
struct Pieces<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    file: &'scope File,
    piece: Vec<u8>,
    /// Nothing while all is in the first piece.
    passing: Option<Passing<'scope>>,
}

/// The way to the thread that writes and hashes.
struct Passing<'scope> {
    pieces: SyncSender<Vec<u8>>,
    emptied: Receiver<Vec<u8>>,
    thread: ScopedJoinHandle<'scope, io::Result<String>>,
}

impl Write for Pieces<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.piece.len() + bytes.len() > PIECE_SIZE && !self.piece.is_empty() {
            self.pass_on()?;
        }
        self.piece.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// What was gathered is whole at the end, and nobody sees the file before.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Pieces<'_, '_> {
    fn pass_on(&mut self) -> io::Result<()> {
        let passing = self.passing.get_or_insert_with(|| Passing::start(self.scope, self.file));
        let next = passing.emptied.try_recv().unwrap_or_else(|_| Vec::with_capacity(PIECE_SIZE));
        let piece = std::mem::replace(&mut self.piece, next);
        passing.pieces.send(piece).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn finish(mut self) -> io::Result<String> {
        match self.passing {
            None => {
                self.file.write_all(&self.piece)?;
                Ok(sha256_of(&self.piece))
            }
            Some(Passing { pieces, thread, .. }) => {
                // Where it does not arrive, the thread has ended with an error, which is what counts.
                let _ = pieces.send(std::mem::take(&mut self.piece));
                drop(pieces);
                thread.join().unwrap_or_else(|panic| resume_unwind(panic))
            }
        }
    }
}

impl<'scope> Passing<'scope> {
    fn start(scope: &'scope Scope<'scope, '_>, file: &'scope File) -> Self {
        let (pieces, taken) = sync_channel(WAITING_PIECES);
        let (emptied_by_thread, emptied) = channel();
        let thread = scope.spawn(move || write_pieces(file, taken, &emptied_by_thread));
        Self { pieces, emptied, thread }
    }
}

/// Writes and hashes all pieces that come, and gives them back to be filled again.
fn write_pieces(mut file: &File, pieces: Receiver<Vec<u8>>, emptied: &Sender<Vec<u8>>) -> io::Result<String> {
    let mut sha256 = RunningSha256::default();
    for mut piece in pieces {
        sha256.update(&piece);
        file.write_all(&piece)?;
        piece.clear();
        // Nobody wants the last ones back.
        let _ = emptied.send(piece);
    }
    Ok(sha256.finish())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_of_any_size_holds_what_was_made_and_has_the_hash_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        for size in [0, 1, PIECE_SIZE - 1, PIECE_SIZE, PIECE_SIZE + 1, 7 * PIECE_SIZE + 3] {
            for step in [1000, PIECE_SIZE, 3 * PIECE_SIZE] {
                let bytes: Vec<u8> = (0..size).map(|index| (index % 251) as u8).collect();
                let file = File::create(&path).unwrap();
                let made =
                    |sink: &mut dyn Write| bytes.chunks(step).try_for_each(|part| sink.write_all(part));
                assert_eq!(
                    write_hashed(&file, made).unwrap(),
                    sha256_of(&bytes),
                    "{size} in steps of {step}"
                );
                assert_eq!(fs::read(&path).unwrap(), bytes);
            }
        }
    }

    #[test]
    fn what_the_disk_says_is_told_and_not_that_nobody_takes_the_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "").unwrap();
        // Opened for reading only, it cannot be written to.
        let file = File::open(&path).unwrap();
        let refused = (&file).write_all(b"x").unwrap_err().kind();
        for pieces in [1, 2, 20] {
            let made =
                |sink: &mut dyn Write| (0..pieces).try_for_each(|_| sink.write_all(&vec![b' '; PIECE_SIZE]));
            assert_eq!(write_hashed(&file, made).unwrap_err().kind(), refused, "{pieces}");
        }
    }

    #[test]
    fn what_stops_the_maker_is_told() {
        let file = tempfile::tempfile().unwrap();
        for pieces in [0, 5] {
            let made = |sink: &mut dyn Write| {
                (0..pieces).try_for_each(|_| sink.write_all(&vec![b' '; PIECE_SIZE]))?;
                Err(io::ErrorKind::StorageFull.into())
            };
            assert_eq!(write_hashed(&file, made).unwrap_err().kind(), io::ErrorKind::StorageFull);
        }
    }
}
