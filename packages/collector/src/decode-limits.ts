/** How deep arrays and key-value lists may nest in an attribute or a body. */
export const maxValueDepth = 32;
