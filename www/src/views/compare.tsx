// Compare: to be written.

export default function Compare() {
  return <h2>Compare</h2>;
}
