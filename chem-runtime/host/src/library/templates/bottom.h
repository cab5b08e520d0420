
#ifdef __cplusplus
} /* extern "C" */
#endif

/* A block of so many cells without arrays. */
static inline @p@_block @p@_block_init(size_t x, size_t y, size_t z) {
    @p@_block block;
    memset(&block, 0, sizeof block);
    block.size = sizeof block;
    block.species = @P@_SPECIES_COUNT;
    block.cells[0] = x;
    block.cells[1] = y;
    block.cells[2] = z;
    block.species_stride = 1;
    return block;
}

/* An array of doubles with these strides. */
static inline @p@_array @p@_array_of(double *data, ptrdiff_t x, ptrdiff_t y, ptrdiff_t z) {
    @p@_array array;
    memset(&array, 0, sizeof array);
    array.data = data;
    array.stride[0] = x;
    array.stride[1] = y;
    array.stride[2] = z;
    return array;
}

#endif /* @P@_H */
