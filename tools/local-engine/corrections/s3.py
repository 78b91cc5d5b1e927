"""S3."""

import re

from ministack.services import s3

SMALLEST_PART = 5 * 1024 * 1024


def refuse_small_parts() -> None:
    """Every part but the last has at least 5 MiB, and there is one: what a client forgets until it meets AWS."""
    complete = s3._complete_multipart_upload

    def complete_large_enough(bucket_name, key, body, query_params, headers=None):
        if b"<PartNumber>" not in body:
            return s3._error("MalformedXML", "The XML you provided was not well-formed or did not validate against our published "
                             "schema", 400, f"/{bucket_name}/{key}")
        parts = _parts_to_complete(query_params, body)
        if any(len(part["body"]) < SMALLEST_PART for part in parts[:-1]):
            return s3._error("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400,
                             f"/{bucket_name}/{key}")
        return complete(bucket_name, key, body, query_params, headers)

    s3._complete_multipart_upload = complete_large_enough


def check_whole_objects_of_multipart_uploads() -> None:
    """A checksum over the whole object (`FULL_OBJECT`, what CRC64NVME always is) instead of over the parts' checksums, which
    is all that the emulator knows. AWS checks a CRC64NVME at the end also when none was declared at the beginning."""
    create, complete = s3._create_multipart_upload, s3._complete_multipart_upload

    def create_with_whole_checksum(bucket_name, key, headers):
        algorithm = headers.get("x-amz-checksum-algorithm", "").upper()
        whole = headers.get("x-amz-checksum-type", "").upper() == "FULL_OBJECT" or algorithm == "CRC64NVME"
        response = create(bucket_name, key, headers)
        if whole and algorithm and response[0] == 200:
            upload_id = re.search(rb"<UploadId>([^<]+)", response[2])[1].decode()
            upload = s3._multipart_uploads[upload_id]
            upload["whole_checksum"], upload["checksum_algorithm"] = algorithm, None
            response[1]["x-amz-checksum-type"] = "FULL_OBJECT"
        return response

    def complete_with_whole_checksum(bucket_name, key, body, query_params, headers=None):
        upload = s3._multipart_uploads.get(s3._qp(query_params, "uploadId")) or {}
        undeclared = upload and not upload["checksum_algorithm"] and "x-amz-checksum-crc64nvme" in (headers or {})
        algorithm = upload.get("whole_checksum") or ("CRC64NVME" if undeclared else None)
        if not algorithm:
            return complete(bucket_name, key, body, query_params, headers)
        content = b"".join(part["body"] for part in _parts_to_complete(query_params, body))
        checksum = s3._compute_s3_checksum(algorithm, content)
        if (headers or {}).get(f"x-amz-checksum-{algorithm.lower()}", checksum) != checksum:
            return s3._error("BadDigest", f"The {algorithm} you specified did not match the calculated checksum.", 400,
                             f"/{bucket_name}/{key}")
        response = complete(bucket_name, key, body, query_params, headers)
        if response[0] == 200:
            _keep_checksums(bucket_name, key, {algorithm: checksum})
        return response

    s3._create_multipart_upload = create_with_whole_checksum
    s3._complete_multipart_upload = complete_with_whole_checksum


def check_checksums_of_forms() -> None:
    """A POST form may carry `x-amz-checksum-…` like a PUT's headers; the emulator stores the file unchecked."""
    post = s3._post_object

    def post_checked(bucket_name, body, headers):
        form = s3._parse_multipart_form(headers.get("content-type", ""), body)
        fields = {name.lower(): value.decode("utf-8", "replace") for name, _, _, value in form if name != "file"}
        file = next(((filename or "", value) for name, filename, _, value in form if name == "file"), None)
        if file is None or not any(name.startswith("x-amz-checksum-") for name in fields):
            return post(bucket_name, body, headers)
        checksums, error = s3._resolve_object_checksums(file[1], fields)
        if error:
            return error
        response = post(bucket_name, body, headers)
        if response[0] < 300:
            _keep_checksums(bucket_name, fields["key"].replace("${filename}", file[0]), checksums)
        return response

    s3._post_object = post_checked


def _parts_to_complete(query_params, body):
    """The stored parts that a completion names, in their order; none if the completion will be refused anyway."""
    upload = s3._multipart_uploads.get(s3._qp(query_params, "uploadId")) or {"parts": {}}
    numbers = sorted(int(number) for number in re.findall(rb"<PartNumber>\s*(\d+)", body))
    return [upload["parts"][number] for number in numbers if number in upload["parts"]]


def _keep_checksums(bucket_name, key, checksums):
    s3._ensure_bucket(bucket_name)["objects"][key].update({"checksums": checksums, "checksum_type": "FULL_OBJECT"})


def apply() -> None:
    check_whole_objects_of_multipart_uploads()
    refuse_small_parts()
    check_checksums_of_forms()
