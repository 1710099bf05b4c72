// Makes the key that signs the Worker's tokens, and prints it as a JSON Web Key: for `wrangler secret put`, by a pipe, so
// that it never lies in a file. Each run makes another one.

import { exportJWK, generateKeyPair } from "jose";

// RS256 is what AWS takes from every provider; 2,048 bits are jose's default.
const { privateKey } = await generateKeyPair("RS256", { extractable: true });
console.log(JSON.stringify({ ...(await exportJWK(privateKey)), alg: "RS256" }));
