export * from './bundle-folder';
export * from './sandbox';
