// Chat: to be written.

export default function Chat() {
  return <h2>Chat</h2>;
}
