// Speech: to be written.

export default function Speech() {
  return <h2>Speech</h2>;
}
