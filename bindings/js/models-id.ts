// A model's id without what stands around it. It does not know which models there are.

const PROVIDER =
  /(?:^|[./])((?:amazon|anthropic|ai21|cohere|meta|mistral|stability|deepseek|writer|luma|openai|qwen|google|nvidia|minimax|moonshot|moonshotai|twelvelabs|zai)\..+)$/;

/**
 * The model's name as its provider gave it: without the prefix of an inference profile (`us.`, `eu.`, `apac.`,
 * `global.`, `us-gov.` …) and the front of an ARN. Undefined where the id names no known provider.
 */
export function bareId(modelId: string): string | undefined {
  return PROVIDER.exec(modelId)?.[1];
}
