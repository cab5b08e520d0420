/* Two networks in one host: each library has its own names, counts and results. */
#include "check.h"
#include "cloud.h"
#include "pdr.h"

int main(void) {
    CHECK(CLOUD_SPECIES_COUNT == 9 && PDR_SPECIES_COUNT == 10);
    CHECK(cloud_count(CLOUD_LIST_SPECIES) == 9 && pdr_count(PDR_LIST_SPECIES) == 10);
    CHECK(cloud_network_hash() != pdr_network_hash());
    CHECK(cloud_abi_version() == CLOUD_ABI_VERSION && pdr_abi_version() == PDR_ABI_VERSION);
    cloud_solver *cloud = cloud_new(CLOUD_SPECIES_COUNT, 1e-3, 1e-20, 1, NULL);
    pdr_solver *pdr = pdr_new(PDR_SPECIES_COUNT, 1e-3, 1e-20, 1, NULL);
    CHECK(cloud && pdr);
    double n[9], m[10], t = 1000, u = 100;
    memcpy(n, CLOUD, sizeof n), memcpy(m, PDR, sizeof m);
    CHECK(cloud_step(cloud, 9, 1, n, &t, 0, 1e4 * YEAR, NULL) == 0);
    CHECK(pdr_step(pdr, 10, 1, m, &u, 0, 1e4 * YEAR, NULL) == 0);
    CHECK(t != 1000 && u != 100);
    /* What one library does is what it does alone: printed, and compared by who runs this. */
    for (int s = 0; s < 9; s++) printf("%a ", n[s]);
    for (int s = 0; s < 10; s++) printf("%a ", m[s]);
    printf("%a %a\n", t, u);
    cloud_free(cloud), pdr_free(pdr);
    return 0;
}
