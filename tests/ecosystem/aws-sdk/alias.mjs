// For `node --import`: what asks for AWS's client gets outcrop/aws-sdk, as a bundler's alias or an override in
// package.json does it.
import { register } from "node:module";

const hook = `export const resolve = (name, context, next) =>
  next(name === "@aws-sdk/client-bedrock-runtime" ? "outcrop/aws-sdk" : name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`, import.meta.url);
