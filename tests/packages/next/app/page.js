"use client";
// The page: asks a model when it is told to.
import { BedrockRuntime } from "outcrop";
import { useEffect } from "react";
import { ask } from "../../ask.mjs";

export default function Page() {
  useEffect(() => {
    globalThis.ask = (options) => ask(BedrockRuntime, options);
  }, []);
  return <p>outcrop, built by Next.js</p>;
}
