/** Something that is sold. */
export interface Product {
  readonly sku: string;
  readonly title: string;
  /** The price without tax, in cents. */
  readonly cents: number;
  /** In percent. */
  readonly taxRate: number;
}

const products: readonly Product[] = [
  { sku: "kettle", title: "Kettle, 1.7 l, brushed steel", cents: 3490, taxRate: 19 },
  { sku: "teapot", title: "Teapot & warmer, stoneware", cents: 2850, taxRate: 19 },
  { sku: "mug", title: "Mug, 0.3 l", cents: 790, taxRate: 19 },
  { sku: "assam", title: "Assam, second flush, 250 g", cents: 1190, taxRate: 7 },
  { sku: "sencha", title: "Sencha, 100 g", cents: 1440, taxRate: 7 },
  { sku: "rooibos", title: "Rooibos, 250 g", cents: 690, taxRate: 7 },
  { sku: "honey", title: "Honey, lime blossom, 500 g", cents: 850, taxRate: 7 },
  { sku: "cookbook", title: "Baking for tea-time", cents: 2400, taxRate: 7 },
];

const bySku = new Map(products.map((product) => [product.sku, product]));

/** What there is to sell. */
export const skus: readonly string[] = products.map((product) => product.sku);

/** The product of this number; undefined if there is none. */
export function productOf(sku: string): Product | undefined {
  return bySku.get(sku);
}
