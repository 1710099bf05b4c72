//! A TCP stream that can be told to end with a reset; passes bytes on and changes none.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What a socket is told about its end.
#[derive(Debug, Default)]
pub struct Control {
    reset: AtomicBool,
    narrow: AtomicBool,
}

impl Control {
    pub fn reset(&self) {
        self.reset.store(true, Ordering::SeqCst);
    }

    /// From the next read on little is received ahead: what is not read is soon felt by who sends.
    pub fn narrow(&self) {
        self.narrow.store(true, Ordering::SeqCst);
    }

    pub fn is_reset(&self) -> bool {
        self.reset.load(Ordering::SeqCst)
    }
}

/// A socket that is reset instead of closed when its control says so.
pub struct Socket {
    pub stream: TcpStream,
    pub control: Arc<Control>,
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.control.narrow.swap(false, Ordering::SeqCst) {
            // 64 KiB, instead of the megabytes that a loopback connection may grow to.
            let _ = SockRef::from(&self.stream).set_recv_buffer_size(65_536);
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.control.is_reset() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.control.is_reset() {
            // Nothing to be done if the peer was first.
            let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        }
    }
}
