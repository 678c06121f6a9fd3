//! A folder of `.eml` files, which any mail program opens: for trying Muster out without a mail server.

use std::io;
use std::path::{Path, PathBuf};

use muster_core::email::delivery::Refusal;
use tokio::fs;
use tokio::io::AsyncWriteExt;

use super::{Accepted, for_now};

pub(super) struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Writes a mail; the same one a second time takes the place of the first.
    pub(super) async fn write(&self, message_id: &str, message: &[u8]) -> Result<Accepted, Refusal> {
        let name = file_name(message_id);
        match self.try_write(&name, message).await {
            Ok(()) => Ok(Accepted {
                code: 250,
                text: format!("written to {name}"),
            }),
            Err(error) => Err(for_now(format!(
                "the mail could not be written to a file: {error}"
            ))),
        }
    }

    /// Under another name first, so that whoever looks finds whole mails only.
    async fn try_write(&self, name: &str, message: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder).await?;
        let (partial, whole) = (self.folder.join(format!(".{name}.part")), self.folder.join(name));
        let mut file = fs::File::create(&partial).await?;
        file.write_all(message).await?;
        file.sync_all().await?;
        fs::rename(partial, whole).await
    }
}

/// The id without what could mean something to a file system.
fn file_name(message_id: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "@-_.".contains(c) {
            c
        } else {
            '_'
        }
    };
    let id = message_id.trim_start_matches('<').trim_end_matches('>');
    format!(
        "{}.eml",
        id.chars().map(plain).collect::<String>().trim_start_matches('.')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_the_mail_and_stays_in_the_folder() {
        assert_eq!(file_name("<01ABC@example.org>"), "01ABC@example.org.eml");
        assert_eq!(file_name("<../../x@example.org>"), "_.._x@example.org.eml");
    }

    #[tokio::test]
    async fn mails_are_written_whole_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::new(&folder.path().join("not/yet/there"));
        for _ in 0..2 {
            assert_eq!(outbox.write("<1@example.org>", b"whole").await.unwrap().code, 250);
        }
        let files: Vec<_> = std::fs::read_dir(folder.path().join("not/yet/there"))
            .unwrap()
            .collect();
        assert_eq!(files.len(), 1);
        assert_eq!(
            std::fs::read(files[0].as_ref().unwrap().path()).unwrap(),
            b"whole"
        );
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_tried_again_later() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), "").unwrap();
        let refusal = Outbox::new(&folder.path().join("file"))
            .write("<1@example.org>", b"")
            .await
            .unwrap_err();
        assert!(!refusal.permanent);
    }
}
