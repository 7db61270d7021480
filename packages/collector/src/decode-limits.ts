/** How deep arrays and key-value lists may nest in an attribute or a body. */
export const maxValueDepth = 32;

/** How deep the objects and arrays of a JSON body may nest: twice what the deepest value allowed needs. */
export const maxJsonDepth = 256;
