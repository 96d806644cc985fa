# SPDX-License-Identifier: Apache-2.0
"""Writes small OCI image layouts, independently of davit's own writer."""
import gzip
import hashlib
import io
import json
import os
import tarfile


def layer(files):
    """A tar of {path: content or (content, mode) or None for a folder or "->TARGET" for a symbolic link}."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, entry in files.items():
            info = tarfile.TarInfo(path)
            if entry is None:
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(info)
                continue
            if isinstance(entry, str):
                info.type, info.linkname = tarfile.SYMTYPE, entry.removeprefix("->")
                archive.addfile(info)
                continue
            content, info.mode = entry if isinstance(entry, tuple) else (entry, 0o644)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def write_layout(directory, layers, config, tag="latest", architecture="amd64"):
    """`config` is the image's `config` object: Entrypoint, Cmd, Env, WorkingDir. Returns the manifest's digest."""
    blobs = os.path.join(directory, "blobs", "sha256")
    os.makedirs(blobs, exist_ok=True)

    def put(content, media_type):
        digest = hashlib.sha256(content).hexdigest()
        with open(os.path.join(blobs, digest), "wb") as file:
            file.write(content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}

    document = {
        "architecture": architecture,
        "os": "linux",
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(tar).hexdigest() for tar in layers]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": put(json.dumps(document).encode(), "application/vnd.oci.image.config.v1+json"),
        "layers": [put(gzip.compress(tar, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip") for tar in layers],
    }
    descriptor = put(json.dumps(manifest).encode(), manifest["mediaType"])
    descriptor["annotations"] = {"org.opencontainers.image.ref.name": tag}
    with open(os.path.join(directory, "oci-layout"), "w") as file:
        file.write('{"imageLayoutVersion":"1.0.0"}')
    with open(os.path.join(directory, "index.json"), "w") as file:
        json.dump({"schemaVersion": 2, "manifests": [descriptor]}, file)
    return descriptor["digest"]


def bootstrap_image(directory, bootstrap, marker="one", **overrides):
    """An image that holds the test runtime and a marker file, nothing else."""
    with open(bootstrap, "rb") as file:
        program = file.read()
    files = {"bootstrap": (program, 0o755), "marker": marker.encode(), "var": None, "var/task": None}
    config = {"Entrypoint": ["/bootstrap"], "Cmd": ["app.handler"], "WorkingDir": "/var/task", "Env": ["FROM_IMAGE=yes"], **overrides}
    return write_layout(directory, [layer(files)], config)
