import * as lambda from 'aws-cdk-lib/aws-lambda';

/** The function itself, also behind an alias or a version; undefined when it is imported, so that nothing of it is known. */
export function functionOfThisApp(fn: lambda.IFunction): lambda.Function | undefined {
  const behind = isQualified(fn) ? fn.lambda : fn;
  return behind instanceof lambda.Function ? behind : undefined;
}

/** What `lambda.Alias`, `lambda.Version` and imported ones have in common. */
function isQualified(fn: lambda.IFunction): fn is lambda.IFunction & { readonly lambda: lambda.IFunction } {
  return 'lambda' in fn;
}
