// Images: to be written.

export default function Images() {
  return <h2>Images</h2>;
}
