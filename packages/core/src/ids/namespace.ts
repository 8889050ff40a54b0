/** The namespace of every id that the framework derives. Drawn once; it is part of the stored format and never changes. */
export const MICRO_NAMESPACE = 'e9f272bf-1a7f-42ab-a6c2-cc02774c92d7'
