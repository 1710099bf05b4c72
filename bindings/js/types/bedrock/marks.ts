// Where the control plane's JSON holds times (2): data for the driver, as ../marks.ts has it.

const lifecycle = { startOfLifeTime: 2, endOfLifeTime: 2, legacyTime: 2, publicExtendedAccessTime: 2 } as const;

/** In what ListFoundationModels answers. */
export const foundationModelsMarks = { modelSummaries: { modelLifecycle: lifecycle } } as const;

/** In what GetFoundationModel answers. */
export const foundationModelMarks = { modelDetails: { modelLifecycle: lifecycle } } as const;

/** In what GetInferenceProfile answers. */
export const inferenceProfileMarks = { createdAt: 2, updatedAt: 2 } as const;

/** In what ListInferenceProfiles answers. */
export const inferenceProfilesMarks = { inferenceProfileSummaries: inferenceProfileMarks } as const;
