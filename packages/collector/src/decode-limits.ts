/** How deep arrays and key-value lists may nest in an attribute or a body. */
export const maxValueDepth = 32;

/**
 * How many objects a request may consist of: in JSON objects and arrays, in protobuf messages. Two bytes on the
 * wire can make one, which then takes hundreds; 8,192 spans with a dozen attributes have 200,000.
 */
export const maxObjects = 500_000;

/** How many numbers a list may have, the buckets of a histogram for one; SDKs send at most 160. */
export const maxNumbers = 16_384;

/** How deep the objects and arrays of a JSON body may nest: twice what the deepest value allowed needs. */
export const maxJsonDepth = 256;
