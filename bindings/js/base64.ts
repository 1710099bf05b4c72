// Base64 both ways, with what every host has. It does not stream.
import type { Bytes } from "./host.js";

// Characters a call of String.fromCharCode takes as arguments: well below every engine's limit (65,535 and more).
const STEP = 32_768;

export function toBase64(data: Uint8Array): string {
  let text = "";
  for (let at = 0; at < data.length; at += STEP) {
    text += String.fromCharCode(...data.subarray(at, at + STEP));
  }
  return btoa(text);
}

export function fromBase64(text: string): Bytes {
  const binary = atob(text);
  const data = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) data[at] = binary.charCodeAt(at);
  return data;
}
