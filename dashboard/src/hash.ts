/** A whole number below 2³² that the same text always has: FNV-1a, and the last steps of MurmurHash, without which similar texts hash alike. */
export function hash(text: string): number {
  let bits = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index++) {
    bits = Math.imul(bits ^ text.charCodeAt(index), 0x01_00_01_93);
  }
  bits = Math.imul(bits ^ (bits >>> 16), 0x85_eb_ca_6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2_b2_ae_35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
