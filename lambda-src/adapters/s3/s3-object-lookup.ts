import { ObjectLookup } from '../../application/uploads/object-store';
import { bucketEndpoint, Service } from '../aws/endpoint';
import { SignedRequests } from '../aws/signed-requests';
import { keyPath } from '../aws/uri';

/** Looks for objects of one bucket. A function that asks S3 nothing else need not load what reads XML. */
export class S3ObjectLookup implements ObjectLookup {
  constructor(private readonly bucket: string, private readonly requests = new SignedRequests()) {}

  public async exists(key: string): Promise<boolean> {
    const { status } = await this.requests.send({
      service: Service.S3, operation: 'HeadObject', method: 'HEAD', endpoint: bucketEndpoint(this.bucket), path: keyPath(key),
    }, ({ status: answered }) => (answered === 200 || answered === 404 ? undefined : { code: `Http${answered}` }));
    return status === 200;
  }
}
