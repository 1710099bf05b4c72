// Likeness of vectors and their picture in two dimensions: cosines, and the two principal components by the eigenvectors
// of the centred Gram matrix, which is small where there are fewer texts than numbers in a vector. It knows no text.

/** From -1 to 1; 0 for a vector without a direction. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  let [dot, ofA, ofB] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    const [x = 0, y = 0] = [a[index], b[index]];
    dot += x * y;
    ofA += x * x;
    ofB += y * y;
  }
  return ofA === 0 || ofB === 0 ? 0 : dot / Math.sqrt(ofA * ofB);
}

/** Every vector against every other, and itself. */
export const cosines = (vectors: readonly (readonly number[])[]): number[][] =>
  vectors.map((a) => vectors.map((b) => cosine(a, b)));

export interface Plane {
  /** A place for each vector. */
  points: { x: number; y: number }[];
  /** How much of all that differs the two directions show, from 0 to 1. */
  shown: number;
}

// Rotations over the whole matrix: Jacobi's method is done after some ten for any size that is asked here.
const SWEEPS = 60;
// What is left beside the diagonal then is rounding.
const ENOUGH = 1e-12;

/** Eigenvalues and eigenvectors (as columns) of a symmetric matrix, by Jacobi's rotations. */
function eigen(matrix: number[][]): { values: number[]; vectors: number[][] } {
  const n = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const v = matrix.map((_, row) => Float64Array.from({ length: n }, (_, column) => (row === column ? 1 : 0)));
  const at = (m: Float64Array[], row: number, column: number): number => m[row]?.[column] ?? 0;
  const set = (m: Float64Array[], row: number, column: number, value: number): void => {
    const line = m[row];
    if (line) line[column] = value;
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += at(a, p, q) ** 2;
    if (off < ENOUGH) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = at(a, p, q);
        if (apq === 0) continue;
        const theta = (at(a, q, q) - at(a, p, p)) / (2 * apq);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [kp, kq] = [at(a, k, p), at(a, k, q)];
          set(a, k, p, c * kp - s * kq);
          set(a, k, q, s * kp + c * kq);
        }
        for (let k = 0; k < n; k++) {
          const [pk, qk] = [at(a, p, k), at(a, q, k)];
          set(a, p, k, c * pk - s * qk);
          set(a, q, k, s * pk + c * qk);
        }
        for (let k = 0; k < n; k++) {
          const [kp, kq] = [at(v, k, p), at(v, k, q)];
          set(v, k, p, c * kp - s * kq);
          set(v, k, q, s * kp + c * kq);
        }
      }
    }
  }
  return { values: matrix.map((_, index) => at(a, index, index)), vectors: v.map((row) => [...row]) };
}

/** The plane in which the vectors differ most. A sign has no meaning: the first vector is put to the left and below. */
export function plane(vectors: readonly (readonly number[])[]): Plane {
  const n = vectors.length;
  const length = vectors[0]?.length ?? 0;
  const mean = Array.from({ length }, (_, index) => vectors.reduce((sum, one) => sum + (one[index] ?? 0), 0) / n);
  const centred = vectors.map((one) => one.map((value, index) => value - (mean[index] ?? 0)));
  const gram = centred.map((a) =>
    centred.map((b) => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)),
  );
  const { values, vectors: found } = eigen(gram);
  const order = values.map((_, index) => index).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const all = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const axis = (which: number): number[] => {
    const index = order[which];
    if (index === undefined) return vectors.map(() => 0);
    const scale = Math.sqrt(Math.max(0, values[index] ?? 0));
    const sign = (found[0]?.[index] ?? 0) > 0 ? -1 : 1;
    return vectors.map((_, row) => sign * scale * (found[row]?.[index] ?? 0));
  };
  const [xs, ys] = [axis(0), axis(1)];
  const two = order.slice(0, 2).reduce((sum, index) => sum + Math.max(0, values[index] ?? 0), 0);
  return { points: xs.map((x, index) => ({ x, y: ys[index] ?? 0 })), shown: all === 0 ? 1 : two / all };
}

/** The pairs by likeness, the most alike first. */
export function pairs(matrix: readonly (readonly number[])[]): { a: number; b: number; likeness: number }[] {
  return matrix
    .flatMap((row, a) => row.slice(a + 1).map((likeness, index) => ({ a, b: a + 1 + index, likeness })))
    .sort((one, other) => other.likeness - one.likeness);
}
