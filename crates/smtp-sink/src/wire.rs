//! Lines in, replies out. SMTP ends lines with CR LF only, so a lone CR or LF is reported, never guessed at: servers that
//! guess differently are how one mail is made to look like two.

use std::fmt::{self, Write as _};
use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_native_tls::TlsAcceptor;

use crate::state::Stall;

/// A client that says nothing for so long is let go.
const IDLE: Duration = Duration::from_mins(5);
/// How much a client may send ahead while the server is silent.
const READ_AHEAD: usize = 64 * 1024;

/// Why a session ended.
#[derive(Debug)]
pub(crate) enum End {
    Quit,
    /// A script said so.
    Dropped,
    /// The server said 421 and why.
    Closed(&'static str),
    ClientLeft,
    /// The client did not want to go on with the handshake, or could not.
    NoTls(String),
    Failed(io::Error),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Quit => f.write_str("the client said QUIT"),
            End::Dropped => f.write_str("dropped, as scripted"),
            End::Closed(why) => write!(f, "closed: {why}"),
            End::ClientLeft => f.write_str("the client left"),
            End::NoTls(why) => write!(f, "no TLS: {why}"),
            End::Failed(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> End {
        End::Failed(error)
    }
}

/// One line without its end, cut at the limit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) bytes: Vec<u8>,
    pub(crate) too_long: bool,
    /// Ended by CR LF, as it has to be, and not by LF alone.
    pub(crate) crlf: bool,
}

impl Line {
    pub(crate) fn has_stray_break(&self) -> bool {
        !self.crlf || self.bytes.contains(&b'\r')
    }
}

/// In the clear or encrypted.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub(crate) struct Wire {
    stream: Box<dyn Stream>,
    buffer: Vec<u8>,
    encrypted: bool,
    /// The pause before each byte of a reply.
    drip: Option<Duration>,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream) -> Wire {
        Wire {
            stream: Box::new(stream),
            buffer: Vec::new(),
            encrypted: false,
            drip: None,
        }
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Whether the client has sent something that was not yet looked at.
    pub(crate) fn was_sent_ahead(&self) -> bool {
        !self.buffer.is_empty()
    }

    pub(crate) fn drip(&mut self, pause: Duration) {
        self.drip = Some(pause);
    }

    /// The server's side of a handshake; everything after it is encrypted.
    pub(crate) async fn encrypt(&mut self, acceptor: &TlsAcceptor) -> Result<(), End> {
        let plain = std::mem::replace(&mut self.stream, Box::new(tokio::io::empty()));
        match tokio::time::timeout(IDLE, acceptor.accept(plain)).await {
            Ok(Ok(stream)) => {
                self.stream = Box::new(stream);
                self.encrypted = true;
                Ok(())
            }
            Ok(Err(error)) => Err(End::NoTls(error.to_string())),
            Err(_) => Err(End::NoTls("the client was silent for too long".to_owned())),
        }
    }

    /// Ends the connection as the protocol wants it, so that the other side need not take it for cut off.
    pub(crate) async fn close(&mut self) -> io::Result<()> {
        self.stream.shutdown().await
    }

    /// The next line, at most `limit` bytes of it; what is beyond is read and thrown away.
    pub(crate) async fn line(&mut self, limit: usize) -> Result<Line, End> {
        let mut line = Line {
            bytes: Vec::new(),
            too_long: false,
            crlf: false,
        };
        let mut last = None;
        loop {
            let end = self.buffer.iter().position(|&byte| byte == b'\n');
            let content = end.unwrap_or(self.buffer.len());
            // A CR at the very end may be half of CR LF: it is held back until the next byte is known.
            for byte in self.buffer.drain(..content) {
                if let Some(held) = last.replace(byte) {
                    line.push(held, limit);
                }
            }
            if end.is_some() {
                self.buffer.remove(0);
                line.crlf = last == Some(b'\r');
                if let Some(held) = last
                    && !line.crlf
                {
                    line.push(held, limit);
                }
                return Ok(line);
            }
            match tokio::time::timeout(IDLE, self.read()).await {
                Ok(Ok(0)) => return Err(End::ClientLeft),
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(error.into()),
                Err(_) => {
                    self.reply(421, "silent for too long, closing").await?;
                    return Err(End::Closed("the client was silent for too long"));
                }
            }
        }
    }

    /// Stays silent until released, or until the client leaves.
    pub(crate) async fn stall(&mut self, stall: Stall) -> Result<(), End> {
        loop {
            let room = self.buffer.len() < READ_AHEAD;
            tokio::select! {
                () = stall.released() => return Ok(()),
                // Reading on is the only way to notice that the client left.
                read = self.read(), if room => if read? == 0 {
                    return Err(End::ClientLeft);
                },
            }
        }
    }

    async fn read(&mut self) -> io::Result<usize> {
        self.buffer.reserve(8 * 1024);
        self.stream.read_buf(&mut self.buffer).await
    }

    /// Sends a reply, of several lines where the text has several.
    pub(crate) async fn reply(&mut self, code: u16, text: &str) -> io::Result<()> {
        self.write(written(code, text).as_bytes()).await
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.drip {
            None => self.stream.write_all(bytes).await?,
            Some(pause) => {
                for byte in bytes {
                    tokio::time::sleep(pause).await;
                    self.stream.write_all(&[*byte]).await?;
                    self.stream.flush().await?;
                }
            }
        }
        self.stream.flush().await
    }
}

/// A reply as it is sent.
pub(crate) fn written(code: u16, text: &str) -> String {
    let lines: Vec<&str> = if text.is_empty() {
        vec![""]
    } else {
        text.lines().collect()
    };
    let mut reply = String::new();
    for (index, line) in lines.iter().enumerate() {
        let mark = if index + 1 == lines.len() { ' ' } else { '-' };
        let _ = write!(reply, "{code}{mark}{line}\r\n");
    }
    reply
}

impl Line {
    fn push(&mut self, byte: u8, limit: usize) {
        if self.bytes.len() < limit {
            self.bytes.push(byte);
        } else {
            self.too_long = true;
        }
    }
}
