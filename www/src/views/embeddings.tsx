// Embeddings: to be written.

export default function Embeddings() {
  return <h2>Embeddings</h2>;
}
