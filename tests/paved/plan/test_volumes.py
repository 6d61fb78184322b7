from paved.plan.volumes import LIMITS, volume_rows
from reference.vocabulary import UNKNOWN

LUSTRE = {
    "kind": "fsx-lustre",
    "deployment": "scratch",
    "storage_gib": 1200,
    "throughput_mbps": 240,
    "zone": "use1-az4",
    "expires": "2031-12-31",
    "writable": ["/work", "/out"],
    "links": [{"path": "/out", "source": UNKNOWN, "imports": [], "exports": ["new", "changed"]}],
}
MOUNT = {"kind": "mountpoint-s3", "source": "s3://b/p/", "writable": True, "cache_gib": 5}


def limits(volumes):
    return [text for name, text in volume_rows(volumes) if name == "limit"]


def test_a_stack_without_volumes_has_no_rows():
    assert list(volume_rows(None)) == []


def test_a_file_system_says_how_large_how_fast_where_and_until_when():
    rows = list(volume_rows({"out": LUSTRE}))
    assert rows[0] == ("out", "Lustre, scratch, 1200 GiB, 240 MB/s, use1-az4, until 2031-12-31")
    assert rows[1] == ("", "the team writes in /work, /out")
    assert rows[2] == ("", "/out shows ?: exports new, changed")
    assert limits({"out": LUSTRE}) == [LIMITS["scratch"], LIMITS["exports"], LIMITS["zone"], LIMITS["root"]]


def test_limits_are_those_of_what_is_there():
    kept = {**LUSTRE, "deployment": "persistent", "expires": None, "links": []}
    assert limits({"kept": kept}) == [LIMITS["zone"], LIMITS["root"]]
    assert limits({"in": MOUNT}) == [LIMITS["mount"]]


def test_a_mount_says_what_it_shows_and_who_writes():
    assert next(volume_rows({"in": MOUNT})) == (
        "in",
        "s3://b/p/, new files may be written, 5 GiB of cache on each node",
    )
    read = {**MOUNT, "writable": False, "cache_gib": 0}
    assert next(volume_rows({"in": read})) == ("in", "s3://b/p/, read-only")
