"""Images of charts: each of a registry that something is known of, and those of a release row among them."""

from components.charts import CHARTS
from reference.chart_images import chart_images, images_from, images_of
from reference.registries import CACHED, EKS_ADDONS, registry_host
from reference.releases import releases


def test_every_image_is_of_a_registry_that_has_a_way_into_the_account():
    hosts = {registry_host(image) for each in chart_images() for image in each.images}
    assert hosts <= {*CACHED, EKS_ADDONS, "nvcr.io"}


def test_a_value_names_images_of_one_registry_and_a_repository_one_image():
    for each in chart_images():
        assert {registry_host(image) for image in each.images} == {each.registry}
        assert each.part == "registry" or len(each.images) == 1


def test_every_chart_is_one_that_is_installed():
    assert {each.chart for each in chart_images()} <= {chart.name for chart in CHARTS}


def test_images_of_a_release_row_are_listed_so_that_nodes_may_pull_them():
    listed = images_from([*CACHED, "nvcr.io"])
    pinned = {image.repository for row in releases() for image in (*row.images.values(), *row.tools.values())}
    assert pinned <= set(listed)


def test_a_chart_of_definitions_starts_no_image():
    assert images_of("kserve-crd") == ()
