// Vite 8 takes the package as it is. The development server of Vite 7 and before bundles what it imports beforehand, and
// leaves the wasm file behind: `exclude` keeps it from that. (OUTCROP_AS_IT_IS leaves the line out.)
export default { optimizeDeps: { exclude: process.env.OUTCROP_AS_IT_IS ? [] : ["outcrop"] } };
