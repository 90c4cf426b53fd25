import pytest

from bareboat.oci import media

PAIRS = [
    (media.DOCKER_MANIFEST, media.MANIFEST),
    (media.DOCKER_INDEX, media.INDEX),
    (media.DOCKER_CONFIG, media.CONFIG),
    (media.DOCKER_LAYER, media.LAYER),
    (media.DOCKER_LAYER_GZIP, media.LAYER_GZIP),
]


@pytest.mark.parametrize(("docker", "oci"), PAIRS)
def test_docker_types_have_oci_names(docker: str, oci: str) -> None:
    assert media.oci_name(docker) == media.oci_name(oci) == oci


def test_each_type_is_one_thing() -> None:
    claims = (media.is_manifest, media.is_index, media.is_config, media.is_layer)
    for pair in PAIRS:
        for media_type in pair:
            assert sum(claim(media_type) for claim in claims) == 1
    assert not any(claim("application/json") for claim in claims)


def test_compression() -> None:
    assert media.compression_of(media.LAYER) == ""
    assert media.compression_of(media.DOCKER_LAYER_GZIP) == "gzip"
    assert media.compression_of(media.LAYER_ZSTD) == "zstd"
    with pytest.raises(KeyError):
        media.compression_of(media.CONFIG)
