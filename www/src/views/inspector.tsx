// Inspector: to be written.

export default function Inspector() {
  return <h2>Inspector</h2>;
}
