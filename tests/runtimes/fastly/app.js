// What a program does in an engine that has no WebAssembly: it asks each entry for a client and a call, and prints what
// it was told.

import * as outcrop from "outcrop";
import * as inline from "outcrop/inline";

// While it is prepared, which is as far as it goes here, Fastly's engine has no clock of this kind.
performance.now = () => 0;

console.log(`there is ${typeof WebAssembly}`);

async function tried(entry, { BedrockRuntime, preload, OutcropError }) {
  const bedrock = new BedrockRuntime({
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
  });
  const ways = {
    preload,
    converse: () => bedrock.converse({ modelId: "m" }),
    "converseStream, again": () => bedrock.converseStream({ modelId: "m" }),
  };
  for (const [way, call] of Object.entries(ways)) {
    const error = await call().catch((error) => error);
    const { name, who, code, message } = error;
    console.log(JSON.stringify({ entry, way, own: error instanceof OutcropError, name, who, code, message }));
  }
}

Promise.all([tried("outcrop", outcrop), tried("outcrop/inline", inline)]).then(() => console.log("done"));
