// Next.js needs no setting for outcrop. These headers keep the page out of other pages' frames and its address to itself.

const headers = [
  { key: "Content-Security-Policy", value: "frame-ancestors 'none'; base-uri 'none'; form-action 'self'" },
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "no-referrer" },
];

export default { poweredByHeader: false, headers: async () => [{ source: "/:path*", headers }] };
