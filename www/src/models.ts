// The models that the page offers by name, by maker. Not the list of what exists: any other id, profile
// or ARN can be typed.

export const models: Record<string, [name: string, id: string][]> = {
  Anthropic: [
    ["Claude 3 Haiku", "anthropic.claude-3-haiku-20240307-v1:0"],
    ["Claude 3.5 Haiku (US)", "us.anthropic.claude-3-5-haiku-20241022-v1:0"],
    ["Claude Sonnet 4 (US)", "us.anthropic.claude-sonnet-4-20250514-v1:0"],
  ],
  Amazon: [
    ["Nova Micro", "amazon.nova-micro-v1:0"],
    ["Nova Lite", "amazon.nova-lite-v1:0"],
    ["Nova Pro", "amazon.nova-pro-v1:0"],
  ],
  Meta: [
    ["Llama 3 8B Instruct", "meta.llama3-8b-instruct-v1:0"],
    ["Llama 3.3 70B Instruct (US)", "us.meta.llama3-3-70b-instruct-v1:0"],
  ],
  Mistral: [
    ["Mistral 7B Instruct", "mistral.mistral-7b-instruct-v0:2"],
    ["Mistral Large", "mistral.mistral-large-2402-v1:0"],
  ],
  Cohere: [["Command R", "cohere.command-r-v1:0"]],
};

/** The value of the choice that opens the free text. */
export const another = "another";

export function fill(select: HTMLSelectElement): void {
  for (const [maker, list] of Object.entries(models)) {
    const group = document.createElement("optgroup");
    group.label = maker;
    group.append(...list.map(([name, id]) => new Option(name, id)));
    select.append(group);
  }
  select.append(new Option("Another model…", another));
}
