// npm run generate writes this file from the openapi.json of the service.

export interface paths {
    "/v1/products/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search products in English and Indonesian, with typo correction
         * @description A product whose SKU, GTIN or model number is in the query, in any written form, comes first. Found are the products with all words, in any form of the word. A word that no product has is corrected, and `corrections` says how. When fewer than 20 products have all words, products with some of them follow, marked `isPartialMatch`. A query without a word, such as an emoji, returns 400 `empty_query`.
         */
        get: operations["searchProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/search/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Explain a search: its steps, statements with plans and buffers, scores */
        get: operations["explainSearch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/suggest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Complete a query and find its first products while a person types
         * @description One page; `limit` says how many. A query without a word returns 400 `empty_query`.
         */
        get: operations["suggestProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List products, filtered and sorted */
        get: operations["listProducts"];
        put?: never;
        /**
         * Create a product with its SKUs
         * @description Search finds the product as soon as this request has succeeded. A brand name that is new creates the brand.
         */
        post: operations["createProduct"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a product with its SKUs and prices */
        get: operations["getProduct"];
        /** Replace the fields of a product; its SKUs stay */
        put: operations["replaceProduct"];
        post?: never;
        /**
         * Delete a product with its SKUs
         * @description Afterwards it is 404 like a product that never existed, and its SKUs and its slug are free for other products.
         */
        delete: operations["deleteProduct"];
        options?: never;
        head?: never;
        /** Change some fields of a product (JSON Merge Patch) */
        patch: operations["updateProduct"];
        trace?: never;
    };
    "/v1/products/by-slug/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a product by its slug */
        get: operations["getProductBySlug"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/by-sku/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the product that has a SKU, in any written form */
        get: operations["getProductBySku"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/{id}/skus": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a SKU to a product */
        post: operations["createSku"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/{id}/skus/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Replace the fields of a SKU: stock, prices, codes, options
         * @description If-Match is optional, because stock changes all day.
         */
        put: operations["replaceSku"];
        post?: never;
        /** Delete a SKU of a product */
        delete: operations["deleteSku"];
        options?: never;
        head?: never;
        /** Change some fields of a SKU (JSON Merge Patch) */
        patch: operations["updateSku"];
        trace?: never;
    };
    "/v1/products/{id}/skus/{sku}/stock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add to the stock of a SKU, or take from it
         * @description The stock never falls below 0: of many requests at once, only as many succeed as there are units. Send an Idempotency-Key, so that a repeated request counts once.
         */
        post: operations["changeStock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/{id}/related": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List products of the same category or brand: popular ones of a similar price
         * @description One page; `limit` says how many.
         */
        get: operations["listRelatedProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the tree of categories, ordered by path */
        get: operations["listCategories"];
        put?: never;
        /** Create a category */
        post: operations["createCategory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/categories/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete an empty category */
        delete: operations["deleteCategory"];
        options?: never;
        head?: never;
        /**
         * Rename or move a category (JSON Merge Patch)
         * @description A background job rebuilds the search rows of its products, so search finds them by the new names soon after.
         */
        patch: operations["updateCategory"];
        trace?: never;
    };
    "/v1/brands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List brands, ordered by name
         * @description The first product that names a brand creates it.
         */
        get: operations["listBrands"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/attributes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the attributes that products may have, ordered by name */
        get: operations["listAttributes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/attributes/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Declare an attribute, or change its declaration
         * @description The type of an attribute that products have stays.
         */
        put: operations["replaceAttribute"];
        post?: never;
        /** Delete an attribute that no product has */
        delete: operations["deleteAttribute"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/price-lists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List price lists, ordered by name */
        get: operations["listPriceLists"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/price-lists/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Create a price list
         * @description A list keeps its currency. The first list of a currency is the one whose prices lists of products use.
         */
        put: operations["replacePriceList"];
        post?: never;
        /** Delete a price list that has no prices */
        delete: operations["deletePriceList"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/synonyms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List synonyms, ordered by term
         * @description A search for the term also finds its replacements. The opposite direction needs its own synonym.
         */
        get: operations["listSynonyms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/synonyms/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Create a synonym under an id that you choose, or replace it */
        put: operations["replaceSynonym"];
        post?: never;
        /** Delete a synonym */
        delete: operations["deleteSynonym"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import a file of products: all valid rows are merged at once, in the background
         * @description Needs no Idempotency-Key, because importing the same file again changes nothing.
         */
        post: operations["createImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Progress or result of an import */
        get: operations["getImport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the rejected rows with their reasons, up to 10,000 */
        get: operations["listImportErrors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export the whole catalog as a file, from one snapshot */
        get: operations["exportProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search-index": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Age and size of vocabulary, spelling table and tiers */
        get: operations["getSearchIndex"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search-index/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refresh vocabulary, spelling table and tiers in the background */
        post: operations["refreshSearchIndex"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Attribute: {
            /**
             * @example number
             * @enum {string}
             */
            type: "text" | "number" | "boolean";
            /**
             * @example {
             *       "en": "Weight",
             *       "id": "Berat"
             *     }
             */
            label: {
                en: string;
                id: string;
            };
            /**
             * @default null
             * @example g
             */
            unit: string | null;
            /**
             * @description Whether facets count its values
             * @default true
             */
            filterable: boolean;
            /** @example weight_g */
            name: string;
        };
        Brand: {
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /** @example Senja */
            name: string;
        };
        Category: {
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /** @description null for a category at the top */
            parentId: string | null;
            /** @example fashion/men/shirts */
            slugPath: string;
            /**
             * @example {
             *       "en": "Shirts",
             *       "id": "Kemeja"
             *     }
             */
            name: {
                en: string;
                id: string;
            };
            /**
             * @description Also the ETag: send it back in If-Match
             * @example 3
             */
            version: number;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            createdAt: string;
        };
        Facets: {
            brands: {
                /**
                 * Format: uuid
                 * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                 */
                id: string;
                /** @example Senja */
                name: string;
                /** @example 42 */
                count: number;
                selected: boolean;
            }[];
            categories: {
                /**
                 * Format: uuid
                 * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                 */
                id: string;
                /**
                 * @example {
                 *       "en": "Shirts",
                 *       "id": "Kemeja"
                 *     }
                 */
                name: {
                    en: string;
                    id: string;
                };
                /** @example 42 */
                count: number;
                selected: boolean;
            }[];
            prices: {
                /** @example 5000000 */
                from: number;
                /** @example 24999999 */
                to: number | null;
                /** @example 42 */
                count: number;
                selected: boolean;
            }[];
            /** @description In minor units of `currency`, of the SKUs that pass all filters but the price. Null when none has a price */
            priceRange: {
                /** @example 5000000 */
                min: number;
                /** @example 189000000 */
                max: number;
            } | null;
            stock: {
                inStock: boolean;
                /** @example 42 */
                count: number;
                selected: boolean;
            }[];
            /** @description Attributes of products and options of SKUs */
            attributes: {
                /** @example color */
                code: string;
                values: {
                    /** @example navy */
                    value: string;
                    /** @example 42 */
                    count: number;
                    selected: boolean;
                }[];
            }[];
            /** @description Whether the counts and the price range are estimates from a sample. For a short list, this affects only values that a filter of the same facet excludes */
            approximate: boolean;
        };
        Import: {
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /** @enum {string} */
            format: "ndjson" | "csv" | "shopify" | "woocommerce" | "google";
            /**
             * @description What an absent field means: `patch` leaves the stored value, `replace` clears it
             * @enum {string}
             */
            mode: "patch" | "replace";
            /** @description Whether it only reports what would happen, and changes nothing */
            dryRun: boolean;
            /**
             * @description Before `done` no change is visible; after `failed` none has been made
             * @enum {string}
             */
            state: "receiving" | "merging" | "done" | "failed";
            rows: {
                /**
                 * @description Rows read from the body, including rejected ones
                 * @example 39037
                 */
                read: number;
                /**
                 * @description Rejected rows; GET /v1/imports/{id}/errors gives the reasons
                 * @example 39037
                 */
                failed: number;
                /**
                 * @description Rows merged so far; their changes become visible together at the end
                 * @example 39037
                 */
                merged: number;
            };
            /**
             * @description In a dry run: what would be
             * @example {
             *       "created": 4950,
             *       "updated": 12,
             *       "unchanged": 0
             *     }
             */
            products: {
                created: number;
                updated: number;
                unchanged: number;
            };
            /**
             * @description Columns of a Shopify, WooCommerce or Google file that are not imported, up to 100
             * @example [
             *       "SEO Title"
             *     ]
             */
            ignoredColumns: string[];
            /**
             * @description Why the import failed
             * @example null
             */
            failure: string | null;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            createdAt: string;
            finishedAt: string | null;
        };
        ImportError: {
            /**
             * @description The line of the file in which the row begins
             * @example 17
             */
            line: number;
            /**
             * @description null when it could not be read
             * @example KMJ-204
             */
            sku: string | null;
            /**
             * @description Of the first fault
             * @example validation_failed
             */
            code: string;
            /** @example stock: must be a whole number, digits only */
            detail: string;
            /**
             * @description All that is wrong with the row; `value` has its first 100 characters
             * @example [
             *       {
             *         "column": "stock",
             *         "value": "1.000",
             *         "code": "validation_failed",
             *         "detail": "must be a whole number, digits only"
             *       }
             *     ]
             */
            faults: {
                column: string;
                value: string;
                code: string;
                detail: string;
            }[];
        };
        /**
         * @description One line of a file: a SKU and its product
         * @example {
         *       "sku": "KMJ-204-NV-M",
         *       "product": "shirt-204",
         *       "title": {
         *         "en": "Men’s cotton shirt",
         *         "id": "Kemeja katun pria"
         *       },
         *       "brand": "Senja",
         *       "category": "shop/men/shirts",
         *       "attributes": {
         *         "color": "navy"
         *       },
         *       "options": {
         *         "size": "M"
         *       },
         *       "stock": 3,
         *       "prices": {
         *         "retail-idr": 12990000,
         *         "retail-usd": 899
         *       }
         *     }
         */
        ImportRowInput: {
            /**
             * @description Its identity, exactly as written
             * @example KMJ-204-NV-M
             */
            sku: string;
            /**
             * @description The handle or id of a product, or a new handle. Absent: the product of the SKU, or a new one
             * @example shirt-204
             */
            product?: string | null;
            /**
             * @description The path of a category
             * @example shop/men/shirts
             */
            category?: string | null;
            /** @description A new product needs one language; the other one is then the same */
            title?: {
                en?: string | null;
                id?: string | null;
            } | null;
            description?: {
                en?: string | null;
                id?: string | null;
            } | null;
            /** @description Empty or absent: a known product keeps its own */
            slug?: string | null;
            images?: {
                /**
                 * Format: uri
                 * @example https://images.example.com/kmj-204/front.webp
                 */
                url: string;
                /**
                 * @default
                 * @example The shirt from the front
                 */
                alt?: string;
                /**
                 * @description In pixels
                 * @default null
                 * @example 1200
                 */
                width?: number | null;
                /**
                 * @description In pixels
                 * @default null
                 * @example 1600
                 */
                height?: number | null;
            }[] | null;
            brand?: (string | null) | null;
            attributes?: {
                [key: string]: (string | number | boolean) | null;
            } | null;
            rating?: (number | null) | null;
            popularity?: number | null;
            gtin?: (string | null) | null;
            modelNumbers?: string[] | null;
            options?: {
                [key: string]: string | null;
            } | null;
            stock?: number | null;
            /** @description For a shop that does not count: `true` keeps the stored stock, which becomes 1 if it is 0; `false` is a stock of 0. Only without `stock` */
            inStock?: boolean | null;
            /**
             * @description In minor units, by the code of their price list
             * @example {
             *       "retail-idr": 12990000
             *     }
             */
            prices?: {
                [key: string]: number | null;
            } | null;
            /**
             * @description Struck-through prices in minor units. One that is not higher than the price is dropped
             * @example {
             *       "retail-idr": 15990000
             *     }
             */
            compareAtPrices?: {
                [key: string]: number | null;
            } | null;
        };
        ListedProduct: {
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /** @example mens-cotton-shirt */
            slug: string;
            /**
             * @example {
             *       "en": "Men’s cotton shirt",
             *       "id": "Kemeja katun pria"
             *     }
             */
            title: {
                en: string;
                id: string;
            };
            /** @description The first one */
            image: {
                /**
                 * Format: uri
                 * @example https://images.example.com/kmj-204/front.webp
                 */
                url: string;
                /**
                 * @default
                 * @example The shirt from the front
                 */
                alt: string;
                /**
                 * @description In pixels
                 * @default null
                 * @example 1200
                 */
                width: number | null;
                /**
                 * @description In pixels
                 * @default null
                 * @example 1600
                 */
                height: number | null;
            } | null;
            brand: {
                /**
                 * Format: uuid
                 * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                 */
                id: string;
                /** @example Senja */
                name: string;
            } | null;
            category: {
                /**
                 * Format: uuid
                 * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                 */
                id: string;
                /** @example fashion/men/shirts */
                slugPath: string;
                /**
                 * @example {
                 *       "en": "Shirts",
                 *       "id": "Kemeja"
                 *     }
                 */
                name: {
                    en: string;
                    id: string;
                };
            };
            /**
             * @example {
             *       "color": "navy",
             *       "material": "cotton"
             *     }
             */
            attributes: {
                [key: string]: string | number | boolean;
            };
            /**
             * @description What its SKUs differ by
             * @example {
             *       "size": [
             *         "M",
             *         "S"
             *       ]
             *     }
             */
            options: {
                [key: string]: string[];
            };
            /** @example 4.6 */
            rating: number | null;
            /** @description The lowest price of the SKUs that pass the filters, in the requested currency */
            price: {
                /** @example 12990000 */
                amount: number;
                /** @example IDR */
                currency: string;
                /**
                 * @description The price that a shop shows struck through: higher than `amount`. An import that raises `amount` to it or above clears it
                 * @example 15990000
                 */
                compareAtAmount: number | null;
            } | null;
            /**
             * @description Whether a SKU that passes the filters is in stock
             * @example true
             */
            inStock: boolean;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            createdAt: string;
        };
        PriceList: {
            /** @example retail-idr */
            name: string;
            /** @example IDR */
            currency: string;
            /**
             * @description The decimal places of its amounts (ISO 4217): 12990000 with two of them is Rp129,900
             * @example 2
             */
            minorDigits: number;
            /** @description Whether lists, filters and sorts of products use its prices: one list per currency */
            searched: boolean;
        };
        /**
         * @description Problem details (RFC 9457). `code` is stable; `title` and `detail` may change.
         * @example {
         *       "type": "urn:problem:auth:validation_failed",
         *       "title": "The request does not match its schema",
         *       "status": 400,
         *       "detail": "1 field is not valid in the body; see `errors`",
         *       "instance": "/v1/register",
         *       "code": "validation_failed",
         *       "errors": [
         *         {
         *           "pointer": "/body/email",
         *           "code": "invalid_format",
         *           "detail": "must be an e-mail address"
         *         }
         *       ],
         *       "requestId": "0b7f6a52-3c1d-4a8e-9a57-2f8f2f9b1c11"
         *     }
         */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail?: string;
            instance: string;
            code: string;
            errors?: {
                pointer: string;
                code: string;
                detail: string;
            }[];
            requestId: string;
        };
        Product: {
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /** @example mens-cotton-shirt */
            slug: string;
            /**
             * @description Also the ETag: send it back in If-Match
             * @example 3
             */
            version: number;
            /**
             * @example {
             *       "en": "Men’s cotton shirt",
             *       "id": "Kemeja katun pria"
             *     }
             */
            title: {
                en: string;
                id: string;
            };
            /**
             * @description Plain text
             * @example {
             *       "en": "Soft and light.",
             *       "id": "Lembut dan ringan."
             *     }
             */
            description: {
                en: string;
                id: string;
            };
            images: {
                /**
                 * Format: uri
                 * @example https://images.example.com/kmj-204/front.webp
                 */
                url: string;
                /**
                 * @default
                 * @example The shirt from the front
                 */
                alt: string;
                /**
                 * @description In pixels
                 * @default null
                 * @example 1200
                 */
                width: number | null;
                /**
                 * @description In pixels
                 * @default null
                 * @example 1600
                 */
                height: number | null;
            }[];
            brand: {
                /**
                 * Format: uuid
                 * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                 */
                id: string;
                /** @example Senja */
                name: string;
            } | null;
            category: {
                /**
                 * Format: uuid
                 * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                 */
                id: string;
                /** @example fashion/men/shirts */
                slugPath: string;
                /**
                 * @example {
                 *       "en": "Shirts",
                 *       "id": "Kemeja"
                 *     }
                 */
                name: {
                    en: string;
                    id: string;
                };
            };
            /**
             * @example {
             *       "color": "navy",
             *       "material": "cotton"
             *     }
             */
            attributes: {
                [key: string]: string | number | boolean;
            };
            /** @example 4.6 */
            rating: number | null;
            /** @example 120 */
            popularity: number;
            skus: {
                /** @example KMJ-204-NV-M */
                sku: string;
                /** @example 8991234567898 */
                gtin: string | null;
                /**
                 * @example [
                 *       "SM-S921B"
                 *     ]
                 */
                modelNumbers: string[];
                /**
                 * @example {
                 *       "size": "M"
                 *     }
                 */
                options: {
                    [key: string]: string;
                };
                /** @example 12 */
                stock: number;
                prices: {
                    /** @example 12990000 */
                    amount: number;
                    /** @example IDR */
                    currency: string;
                    /** @example retail-idr */
                    priceList: string;
                    /**
                     * @description The price that a shop shows struck through: higher than `amount`. An import that raises `amount` to it or above clears it
                     * @example 15990000
                     */
                    compareAtAmount: number | null;
                }[];
            }[];
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            updatedAt: string;
        };
        SearchIndexState: {
            refreshedAt: string | null;
            /** @example 420 */
            durationMs: number | null;
            /** @example 5000 */
            products: number;
            /** @example 7300 */
            words: number;
            /** @description Products have changed since the last refresh */
            isStale: boolean;
        };
        Synonym: {
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /** @example hp */
            term: string;
            /**
             * @example [
             *       "ponsel",
             *       "handphone"
             *     ]
             */
            replacements: string[];
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            createdAt: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    searchProducts: {
        parameters: {
            query: {
                /** @description The id of a category; includes all categories below it */
                category?: string;
                /** @description Comma-separated ids of brands; products of any of them */
                brand?: string;
                /** @description In minor units of `currency` */
                minPrice?: number;
                /** @description In minor units of `currency` */
                maxPrice?: number;
                currency?: "IDR" | "USD";
                /** @description Whether the SKU must be in stock, or must not */
                inStock?: boolean;
                /** @description Comma-separated `name=value` pairs of attributes and of SKU options. Values of the same name are alternatives; different names must all match. Escape a comma in a value as `\,` */
                attributes?: string;
                limit?: number;
                /** @description The value of `page.next` or `page.prev` in an earlier response */
                cursor?: string;
                /** @description Whether the response includes facets */
                facets?: boolean;
                /** @description Words, "exact phrases", -excluded words, this OR that; a SKU, GTIN or model number in any written form */
                q: string;
                /** @description A minus means descending. Equal products are in the order of their ids. By price, the list has only products with a price in `currency` */
                sort?: "relevance" | "price" | "-price" | "created" | "-created" | "rating" | "-rating" | "popularity" | "-popularity" | "nameEn" | "-nameEn" | "nameId" | "-nameId";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * Format: uuid
                             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                             */
                            id: string;
                            /** @example mens-cotton-shirt */
                            slug: string;
                            /**
                             * @example {
                             *       "en": "Men’s cotton shirt",
                             *       "id": "Kemeja katun pria"
                             *     }
                             */
                            title: {
                                en: string;
                                id: string;
                            };
                            /** @description The first one */
                            image: {
                                /**
                                 * Format: uri
                                 * @example https://images.example.com/kmj-204/front.webp
                                 */
                                url: string;
                                /**
                                 * @default
                                 * @example The shirt from the front
                                 */
                                alt: string;
                                /**
                                 * @description In pixels
                                 * @default null
                                 * @example 1200
                                 */
                                width: number | null;
                                /**
                                 * @description In pixels
                                 * @default null
                                 * @example 1600
                                 */
                                height: number | null;
                            } | null;
                            brand: {
                                /**
                                 * Format: uuid
                                 * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                                 */
                                id: string;
                                /** @example Senja */
                                name: string;
                            } | null;
                            category: {
                                /**
                                 * Format: uuid
                                 * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                                 */
                                id: string;
                                /** @example fashion/men/shirts */
                                slugPath: string;
                                /**
                                 * @example {
                                 *       "en": "Shirts",
                                 *       "id": "Kemeja"
                                 *     }
                                 */
                                name: {
                                    en: string;
                                    id: string;
                                };
                            };
                            /**
                             * @example {
                             *       "color": "navy",
                             *       "material": "cotton"
                             *     }
                             */
                            attributes: {
                                [key: string]: string | number | boolean;
                            };
                            /**
                             * @description What its SKUs differ by
                             * @example {
                             *       "size": [
                             *         "M",
                             *         "S"
                             *       ]
                             *     }
                             */
                            options: {
                                [key: string]: string[];
                            };
                            /** @example 4.6 */
                            rating: number | null;
                            /** @description The lowest price of the SKUs that pass the filters, in the requested currency */
                            price: {
                                /** @example 12990000 */
                                amount: number;
                                /** @example IDR */
                                currency: string;
                                /**
                                 * @description The price that a shop shows struck through: higher than `amount`. An import that raises `amount` to it or above clears it
                                 * @example 15990000
                                 */
                                compareAtAmount: number | null;
                            } | null;
                            /**
                             * @description Whether a SKU that passes the filters is in stock
                             * @example true
                             */
                            inStock: boolean;
                            /**
                             * Format: date-time
                             * @example 2026-11-21T09:30:00.000Z
                             */
                            createdAt: string;
                            /** @description The title, cut where matches begin and end */
                            highlight: {
                                /**
                                 * @example [
                                 *       {
                                 *         "text": "Kemeja",
                                 *         "isMatch": true
                                 *       },
                                 *       {
                                 *         "text": " katun",
                                 *         "isMatch": false
                                 *       }
                                 *     ]
                                 */
                                en: {
                                    text: string;
                                    isMatch: boolean;
                                }[];
                                /**
                                 * @example [
                                 *       {
                                 *         "text": "Kemeja",
                                 *         "isMatch": true
                                 *       },
                                 *       {
                                 *         "text": " katun",
                                 *         "isMatch": false
                                 *       }
                                 *     ]
                                 */
                                id: {
                                    text: string;
                                    isMatch: boolean;
                                }[];
                            };
                            /** @description The part of the description around the first matches, at most 160 characters. A language is absent when nothing in its description matches */
                            snippet: {
                                /**
                                 * @example [
                                 *       {
                                 *         "text": "Kemeja",
                                 *         "isMatch": true
                                 *       },
                                 *       {
                                 *         "text": " katun",
                                 *         "isMatch": false
                                 *       }
                                 *     ]
                                 */
                                en?: {
                                    text: string;
                                    isMatch: boolean;
                                }[];
                                /**
                                 * @example [
                                 *       {
                                 *         "text": "Kemeja",
                                 *         "isMatch": true
                                 *       },
                                 *       {
                                 *         "text": " katun",
                                 *         "isMatch": false
                                 *       }
                                 *     ]
                                 */
                                id?: {
                                    text: string;
                                    isMatch: boolean;
                                }[];
                            };
                            /**
                             * @description Whether it has only some of the words. Such products follow when fewer than 20 have all of them. They are not in `total`, in the facets, or in a list that is sorted
                             * @example false
                             */
                            isPartialMatch: boolean;
                        }[];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                        total: {
                            /** @example 137 */
                            value: number;
                            /**
                             * @description `eq`: exact; `gte`: a lower bound; `estimate`: from a sample
                             * @enum {string}
                             */
                            relation: "eq" | "gte" | "estimate";
                        };
                        /**
                         * @description Words that no product has, each with the words that were searched instead
                         * @example {
                         *       "kemaja": [
                         *         "kemeja"
                         *       ]
                         *     }
                         */
                        corrections: {
                            [key: string]: string[];
                        };
                        /**
                         * @description Words that no product has, and nothing is like them
                         * @example [
                         *       "arabika"
                         *     ]
                         */
                        unknownWords: string[];
                        /**
                         * @description Words that say nothing about a product, such as `the` and `cheap`: they were not searched
                         * @example [
                         *       "murah"
                         *     ]
                         */
                        ignoredWords: string[];
                        facets?: components["schemas"]["Facets"];
                    };
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable; wait for `Retry-After` seconds */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainSearch: {
        parameters: {
            query: {
                /** @description The id of a category; includes all categories below it */
                category?: string;
                /** @description Comma-separated ids of brands; products of any of them */
                brand?: string;
                /** @description In minor units of `currency` */
                minPrice?: number;
                /** @description In minor units of `currency` */
                maxPrice?: number;
                currency?: "IDR" | "USD";
                /** @description Whether the SKU must be in stock, or must not */
                inStock?: boolean;
                /** @description Comma-separated `name=value` pairs of attributes and of SKU options. Values of the same name are alternatives; different names must all match. Escape a comma in a value as `\,` */
                attributes?: string;
                limit?: number;
                /** @description The value of `page.next` or `page.prev` in an earlier response */
                cursor?: string;
                /** @description Whether the response includes facets */
                facets?: boolean;
                /** @description Words, "exact phrases", -excluded words, this OR that; a SKU, GTIN or model number in any written form */
                q: string;
                /** @description A minus means descending. Equal products are in the order of their ids. By price, the list has only products with a price in `currency` */
                sort?: "relevance" | "price" | "-price" | "created" | "-created" | "rating" | "-rating" | "popularity" | "-popularity" | "nameEn" | "-nameEn" | "nameId" | "-nameId";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Words, phrases and exclusions of the text
                         * @example {
                         *       "wanted": [
                         *         [
                         *           {
                         *             "text": "kemeja",
                         *             "isPhrase": false
                         *           }
                         *         ]
                         *       ],
                         *       "unwanted": [],
                         *       "isOpenEnded": true
                         *     }
                         */
                        parsed: {
                            [key: string]: unknown;
                        };
                        /**
                         * @description What matches each word and what each match is worth; how many products have it, at most; products whose code is in the query
                         * @example {
                         *       "words": [
                         *         {
                         *           "text": "kemeja",
                         *           "parts": [
                         *             {
                         *               "factor": 1,
                         *               "tsqueries": [
                         *                 "'kemeja'"
                         *               ]
                         *             }
                         *           ],
                         *           "frequency": 146
                         *         }
                         *       ],
                         *       "ignored": [],
                         *       "codeMatches": []
                         *     }
                         */
                        understood: {
                            [key: string]: unknown;
                        };
                        /**
                         * @description The tsquery of what is found, and the parts in which it is ranked
                         * @example {
                         *       "found": {
                         *         "tsquery": "('kemeja')",
                         *         "codeMatches": [],
                         *         "unwanted": []
                         *       },
                         *       "segments": [
                         *         {
                         *           "match": "all",
                         *           "tier": "every"
                         *         }
                         *       ],
                         *       "expected": 146
                         *     }
                         */
                        plan: {
                            [key: string]: unknown;
                        };
                        /** @description The statements of all steps, in the order in which they were sent */
                        statements: {
                            /** @example select count(*) from product_search where text @@ $1 */
                            sql: string;
                            /**
                             * @example [
                             *       "'kemeja'"
                             *     ]
                             */
                            parameters: unknown[];
                            /** @description EXPLAIN (ANALYZE, BUFFERS) */
                            plan: {
                                [key: string]: unknown;
                            };
                            /**
                             * @description Pages of 8 kB that PostgreSQL read
                             * @example 398
                             */
                            buffers: number;
                            /** @example 3.2 */
                            milliseconds: number;
                        }[];
                        /**
                         * @description Pages of 8 kB that PostgreSQL read
                         * @example 398
                         */
                        buffers: number;
                        /** @example 3.2 */
                        milliseconds: number;
                        /** @description Of the first ten products of the page, if it is ranked */
                        scores: {
                            /**
                             * Format: uuid
                             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                             */
                            id: string;
                            /**
                             * @description Number of words that the product has. A code counts as 100; in a partial match, a word in the name of the category counts twice
                             * @example 2
                             */
                            coverage: number;
                            /** @example 1.9 */
                            score: number;
                            /**
                             * @description Score of each word, before neighbours, title length and popularity
                             * @example [
                             *       1,
                             *       0.9
                             *     ]
                             */
                            parts: number[];
                        }[];
                    };
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable; wait for `Retry-After` seconds */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suggestProducts: {
        parameters: {
            query: {
                /** @description What has been typed so far */
                q: string;
                /** @description The language of the titles */
                locale?: "en" | "id";
                /** @description Of completions and of products */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * Format: uuid
                             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                             */
                            id: string;
                            /** @example mens-cotton-shirt */
                            slug: string;
                            /** @example Kemeja katun pria */
                            title: string;
                            image: {
                                /**
                                 * Format: uri
                                 * @example https://images.example.com/kmj-204/front.webp
                                 */
                                url: string;
                                /**
                                 * @default
                                 * @example The shirt from the front
                                 */
                                alt: string;
                                /**
                                 * @description In pixels
                                 * @default null
                                 * @example 1200
                                 */
                                width: number | null;
                                /**
                                 * @description In pixels
                                 * @default null
                                 * @example 1600
                                 */
                                height: number | null;
                            } | null;
                        }[];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                        /**
                         * @description Texts to search for: `q` with its last word completed, the most frequent word first. Each of them finds a product. Empty when the last word is finished
                         * @example [
                         *       "kemeja putih",
                         *       "kemeja putra"
                         *     ]
                         */
                        completions: string[];
                    };
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable; wait for `Retry-After` seconds */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProducts: {
        parameters: {
            query?: {
                /** @description The id of a category; includes all categories below it */
                category?: string;
                /** @description Comma-separated ids of brands; products of any of them */
                brand?: string;
                /** @description In minor units of `currency` */
                minPrice?: number;
                /** @description In minor units of `currency` */
                maxPrice?: number;
                currency?: "IDR" | "USD";
                /** @description Whether the SKU must be in stock, or must not */
                inStock?: boolean;
                /** @description Comma-separated `name=value` pairs of attributes and of SKU options. Values of the same name are alternatives; different names must all match. Escape a comma in a value as `\,` */
                attributes?: string;
                limit?: number;
                /** @description The value of `page.next` or `page.prev` in an earlier response */
                cursor?: string;
                /** @description Whether the response includes facets */
                facets?: boolean;
                /** @description A minus means descending. Equal products are in the order of their ids. By price, the list has only products with a price in `currency` */
                sort?: "price" | "-price" | "created" | "-created" | "rating" | "-rating" | "popularity" | "-popularity" | "nameEn" | "-nameEn" | "nameId" | "-nameId";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ListedProduct"][];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                        total: {
                            /** @example 137 */
                            value: number;
                            /**
                             * @description `eq`: exact; `gte`: a lower bound; `estimate`: from a sample
                             * @enum {string}
                             */
                            relation: "eq" | "gte" | "estimate";
                        };
                        facets?: components["schemas"]["Facets"];
                    };
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable; wait for `Retry-After` seconds */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createProduct: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body return the first response again, with `Idempotent-Replayed: true` */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @example {
                     *       "en": "Men’s cotton shirt",
                     *       "id": "Kemeja katun pria"
                     *     }
                     */
                    title: {
                        en: string;
                        id: string;
                    };
                    /**
                     * @description Without it, a new product gets one from its English title, and another product keeps its own
                     * @example mens-cotton-shirt
                     */
                    slug?: string;
                    /**
                     * @description Plain text, in one language or both. HTML is stored as the text that it shows, without tags and scripts
                     * @default {
                     *       "en": "",
                     *       "id": ""
                     *     }
                     * @example {
                     *       "en": "Soft and light.",
                     *       "id": "Lembut dan ringan."
                     *     }
                     */
                    description?: {
                        /** @default  */
                        en?: string;
                        /** @default  */
                        id?: string;
                    };
                    /**
                     * @description The first one represents the product
                     * @default []
                     */
                    images?: {
                        /**
                         * Format: uri
                         * @example https://images.example.com/kmj-204/front.webp
                         */
                        url: string;
                        /**
                         * @default
                         * @example The shirt from the front
                         */
                        alt?: string;
                        /**
                         * @description In pixels
                         * @default null
                         * @example 1200
                         */
                        width?: number | null;
                        /**
                         * @description In pixels
                         * @default null
                         * @example 1600
                         */
                        height?: number | null;
                    }[];
                    /**
                     * @description The name of the brand; a new name creates the brand
                     * @default null
                     * @example Senja
                     */
                    brand?: string | null;
                    /**
                     * Format: uuid
                     * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                     */
                    categoryId: string;
                    /**
                     * @description Only declared attributes, each with a value of its declared type
                     * @default {}
                     * @example {
                     *       "color": "navy"
                     *     }
                     */
                    attributes?: {
                        [key: string]: string | number | boolean;
                    };
                    /**
                     * @default null
                     * @example 4.6
                     */
                    rating?: number | null;
                    /**
                     * @default 0
                     * @example 120
                     */
                    popularity?: number;
                    /** @default [] */
                    skus?: {
                        /**
                         * @default null
                         * @example 8991234567898
                         */
                        gtin?: string | null;
                        /** @default [] */
                        modelNumbers?: string[];
                        /**
                         * @default {}
                         * @example {
                         *       "size": "M"
                         *     }
                         */
                        options?: {
                            [key: string]: string;
                        };
                        /**
                         * @default 0
                         * @example 12
                         */
                        stock?: number;
                        /**
                         * @default []
                         * @example [
                         *       {
                         *         "amount": 12990000,
                         *         "currency": "IDR",
                         *         "priceList": "retail-idr"
                         *       }
                         *     ]
                         */
                        prices?: {
                            /** @example 12990000 */
                            amount: number;
                            /** @example IDR */
                            currency: string;
                            /** @example retail-idr */
                            priceList: string;
                            /**
                             * @description The price that a shop shows struck through: higher than `amount`. An import that raises `amount` to it or above clears it
                             * @default null
                             * @example 15990000
                             */
                            compareAtAmount?: number | null;
                        }[];
                        /** @example KMJ-204-NV-M */
                        sku: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProduct: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceProduct: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read, or * for any version */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @example {
                     *       "en": "Men’s cotton shirt",
                     *       "id": "Kemeja katun pria"
                     *     }
                     */
                    title: {
                        en: string;
                        id: string;
                    };
                    /**
                     * @description Without it, a new product gets one from its English title, and another product keeps its own
                     * @example mens-cotton-shirt
                     */
                    slug?: string;
                    /**
                     * @description Plain text, in one language or both. HTML is stored as the text that it shows, without tags and scripts
                     * @default {
                     *       "en": "",
                     *       "id": ""
                     *     }
                     * @example {
                     *       "en": "Soft and light.",
                     *       "id": "Lembut dan ringan."
                     *     }
                     */
                    description?: {
                        /** @default  */
                        en?: string;
                        /** @default  */
                        id?: string;
                    };
                    /**
                     * @description The first one represents the product
                     * @default []
                     */
                    images?: {
                        /**
                         * Format: uri
                         * @example https://images.example.com/kmj-204/front.webp
                         */
                        url: string;
                        /**
                         * @default
                         * @example The shirt from the front
                         */
                        alt?: string;
                        /**
                         * @description In pixels
                         * @default null
                         * @example 1200
                         */
                        width?: number | null;
                        /**
                         * @description In pixels
                         * @default null
                         * @example 1600
                         */
                        height?: number | null;
                    }[];
                    /**
                     * @description The name of the brand; a new name creates the brand
                     * @default null
                     * @example Senja
                     */
                    brand?: string | null;
                    /**
                     * Format: uuid
                     * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                     */
                    categoryId: string;
                    /**
                     * @description Only declared attributes, each with a value of its declared type
                     * @default {}
                     * @example {
                     *       "color": "navy"
                     *     }
                     */
                    attributes?: {
                        [key: string]: string | number | boolean;
                    };
                    /**
                     * @default null
                     * @example 4.6
                     */
                    rating?: number | null;
                    /**
                     * @default 0
                     * @example 120
                     */
                    popularity?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed since you read it: `If-Match` names another version */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Send `If-Match` with the version that you read */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteProduct: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read, or * for any version */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed since you read it: `If-Match` names another version */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Send `If-Match` with the version that you read */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateProduct: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read, or * for any version */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description `null` resets a field to its default */
        requestBody: {
            content: {
                "application/json": {
                    title?: {
                        en?: string;
                        id?: string;
                    } | null;
                    slug?: string | null;
                    images?: {
                        /**
                         * Format: uri
                         * @example https://images.example.com/kmj-204/front.webp
                         */
                        url: string;
                        /**
                         * @default
                         * @example The shirt from the front
                         */
                        alt?: string;
                        /**
                         * @description In pixels
                         * @default null
                         * @example 1200
                         */
                        width?: number | null;
                        /**
                         * @description In pixels
                         * @default null
                         * @example 1600
                         */
                        height?: number | null;
                    }[] | null;
                    description?: {
                        en?: string;
                        id?: string;
                    } | null;
                    brand?: string | null;
                    /**
                     * Format: uuid
                     * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                     */
                    categoryId?: string;
                    attributes?: {
                        [key: string]: (string | number | boolean) | null;
                    } | null;
                    rating?: number | null;
                    popularity?: number | null;
                };
                "application/merge-patch+json": {
                    title?: {
                        en?: string;
                        id?: string;
                    } | null;
                    slug?: string | null;
                    images?: {
                        /**
                         * Format: uri
                         * @example https://images.example.com/kmj-204/front.webp
                         */
                        url: string;
                        /**
                         * @default
                         * @example The shirt from the front
                         */
                        alt?: string;
                        /**
                         * @description In pixels
                         * @default null
                         * @example 1200
                         */
                        width?: number | null;
                        /**
                         * @description In pixels
                         * @default null
                         * @example 1600
                         */
                        height?: number | null;
                    }[] | null;
                    description?: {
                        en?: string;
                        id?: string;
                    } | null;
                    brand?: string | null;
                    /**
                     * Format: uuid
                     * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                     */
                    categoryId?: string;
                    attributes?: {
                        [key: string]: (string | number | boolean) | null;
                    } | null;
                    rating?: number | null;
                    popularity?: number | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed since you read it: `If-Match` names another version */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Send `If-Match` with the version that you read */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProductBySlug: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProductBySku: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSku: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read, or * for any version */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @default null
                     * @example 8991234567898
                     */
                    gtin?: string | null;
                    /** @default [] */
                    modelNumbers?: string[];
                    /**
                     * @default {}
                     * @example {
                     *       "size": "M"
                     *     }
                     */
                    options?: {
                        [key: string]: string;
                    };
                    /**
                     * @default 0
                     * @example 12
                     */
                    stock?: number;
                    /**
                     * @default []
                     * @example [
                     *       {
                     *         "amount": 12990000,
                     *         "currency": "IDR",
                     *         "priceList": "retail-idr"
                     *       }
                     *     ]
                     */
                    prices?: {
                        /** @example 12990000 */
                        amount: number;
                        /** @example IDR */
                        currency: string;
                        /** @example retail-idr */
                        priceList: string;
                        /**
                         * @description The price that a shop shows struck through: higher than `amount`. An import that raises `amount` to it or above clears it
                         * @default null
                         * @example 15990000
                         */
                        compareAtAmount?: number | null;
                    }[];
                    /** @example KMJ-204-NV-M */
                    sku: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed since you read it: `If-Match` names another version */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceSku: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read, or * for any version */
                "if-match"?: string;
            };
            path: {
                sku: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @default null
                     * @example 8991234567898
                     */
                    gtin?: string | null;
                    /** @default [] */
                    modelNumbers?: string[];
                    /**
                     * @default {}
                     * @example {
                     *       "size": "M"
                     *     }
                     */
                    options?: {
                        [key: string]: string;
                    };
                    /**
                     * @default 0
                     * @example 12
                     */
                    stock?: number;
                    /**
                     * @default []
                     * @example [
                     *       {
                     *         "amount": 12990000,
                     *         "currency": "IDR",
                     *         "priceList": "retail-idr"
                     *       }
                     *     ]
                     */
                    prices?: {
                        /** @example 12990000 */
                        amount: number;
                        /** @example IDR */
                        currency: string;
                        /** @example retail-idr */
                        priceList: string;
                        /**
                         * @description The price that a shop shows struck through: higher than `amount`. An import that raises `amount` to it or above clears it
                         * @default null
                         * @example 15990000
                         */
                        compareAtAmount?: number | null;
                    }[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed since you read it: `If-Match` names another version */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSku: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read, or * for any version */
                "if-match"?: string;
            };
            path: {
                sku: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed since you read it: `If-Match` names another version */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateSku: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read, or * for any version */
                "if-match"?: string;
            };
            path: {
                sku: string;
                id: string;
            };
            cookie?: never;
        };
        /** @description `null` resets a field to its default; `prices` and `modelNumbers` are replaced as a whole */
        requestBody: {
            content: {
                "application/json": {
                    gtin?: string | null;
                    modelNumbers?: string[] | null;
                    options?: {
                        [key: string]: string | null;
                    } | null;
                    stock?: number | null;
                    prices?: {
                        /** @example 12990000 */
                        amount: number;
                        /** @example IDR */
                        currency: string;
                        /** @example retail-idr */
                        priceList: string;
                        /**
                         * @description The price that a shop shows struck through: higher than `amount`. An import that raises `amount` to it or above clears it
                         * @default null
                         * @example 15990000
                         */
                        compareAtAmount?: number | null;
                    }[] | null;
                };
                "application/merge-patch+json": {
                    gtin?: string | null;
                    modelNumbers?: string[] | null;
                    options?: {
                        [key: string]: string | null;
                    } | null;
                    stock?: number | null;
                    prices?: {
                        /** @example 12990000 */
                        amount: number;
                        /** @example IDR */
                        currency: string;
                        /** @example retail-idr */
                        priceList: string;
                        /**
                         * @description The price that a shop shows struck through: higher than `amount`. An import that raises `amount` to it or above clears it
                         * @default null
                         * @example 15990000
                         */
                        compareAtAmount?: number | null;
                    }[] | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed since you read it: `If-Match` names another version */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeStock: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body return the first response again, with `Idempotent-Replayed: true` */
                "idempotency-key"?: string;
            };
            path: {
                sku: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Negative for units sold, positive for units received
                     * @example -3
                     */
                    delta: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRelatedProducts: {
        parameters: {
            query?: {
                currency?: "IDR" | "USD";
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ListedProduct"][];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                    };
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable; wait for `Retry-After` seconds */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCategories: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The value of `page.next` or `page.prev` in an earlier response */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Category"][];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                    };
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createCategory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example shirts */
                    slug: string;
                    /**
                     * @example {
                     *       "en": "Shirts",
                     *       "id": "Kemeja"
                     *     }
                     */
                    name: {
                        en: string;
                        id: string;
                    };
                    /**
                     * @description null for a category at the top
                     * @default null
                     */
                    parentId?: string | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Category"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteCategory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read, or * for any version */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed since you read it: `If-Match` names another version */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Send `If-Match` with the version that you read */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateCategory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read, or * for any version */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example shirts */
                    slug?: string;
                    name?: {
                        en?: string;
                        id?: string;
                    };
                    /** @description null for a category at the top */
                    parentId?: string | null;
                };
                "application/merge-patch+json": {
                    /** @example shirts */
                    slug?: string;
                    name?: {
                        en?: string;
                        id?: string;
                    };
                    /** @description null for a category at the top */
                    parentId?: string | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Category"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed since you read it: `If-Match` names another version */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Send `If-Match` with the version that you read */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBrands: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The value of `page.next` or `page.prev` in an earlier response */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Brand"][];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                    };
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAttributes: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The value of `page.next` or `page.prev` in an earlier response */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Attribute"][];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                    };
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceAttribute: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @example number
                     * @enum {string}
                     */
                    type: "text" | "number" | "boolean";
                    /**
                     * @example {
                     *       "en": "Weight",
                     *       "id": "Berat"
                     *     }
                     */
                    label: {
                        en: string;
                        id: string;
                    };
                    /**
                     * @default null
                     * @example g
                     */
                    unit?: string | null;
                    /**
                     * @description Whether facets count its values
                     * @default true
                     */
                    filterable?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Attribute"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAttribute: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPriceLists: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The value of `page.next` or `page.prev` in an earlier response */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PriceList"][];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                    };
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replacePriceList: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example IDR */
                    currency: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PriceList"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deletePriceList: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSynonyms: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The value of `page.next` or `page.prev` in an earlier response */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Synonym"][];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                    };
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceSynonym: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description One word, as people type it
                     * @example hp
                     */
                    term: string;
                    /**
                     * @description Words that a search for the term also finds
                     * @example [
                     *       "ponsel",
                     *       "handphone"
                     *     ]
                     */
                    replacements: string[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Synonym"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSynonym: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createImport: {
        parameters: {
            query?: {
                /** @description For a CSV file that another system has exported; default: our own columns */
                format?: "shopify" | "woocommerce" | "google";
                /** @description What an absent field means: `patch` leaves the stored value, `replace` clears it */
                mode?: "patch" | "replace";
                /** @description Only report what would happen */
                dryRun?: boolean;
                /** @description The path of the category for rows that have none, or one that does not exist */
                category?: string;
                /** @description The currency of the prices in a Shopify or WooCommerce file, by ISO 4217 */
                currency?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": components["schemas"]["ImportRowInput"];
                "text/csv": string;
                "text/tab-separated-values": string;
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listImportErrors: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The value of `page.next` or `page.prev` in an earlier response */
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ImportError"][];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                    };
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportProducts: {
        parameters: {
            query?: {
                /** @description Default: `csv` when `Accept` contains `text/csv`, otherwise `ndjson` */
                format?: "ndjson" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSearchIndex: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchIndexState"];
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refreshSearchIndex: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
