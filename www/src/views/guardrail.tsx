// Guardrail: to be written.

export default function Guardrail() {
  return <h2>Guardrail</h2>;
}
