namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>Limits of converters that a typical call does not show.</summary>
internal static class Notes
{
    private static readonly (string Note, string[] Names)[] Entries =
    [
        ("output_padding must be less than the stride",
            ["ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "functional.conv_transpose1d",
                "functional.conv_transpose2d", "functional.conv_transpose3d"]),
        ("not divisor_override together with ceil_mode",
            ["AvgPool2d", "AvgPool3d", "functional.avg_pool2d", "functional.avg_pool3d"]),
        ("the output size must divide the input",
            ["functional.adaptive_max_pool1d_with_indices", "functional.adaptive_max_pool2d_with_indices"]),
        ("TorchSharp's own call fails",
            ["AdaptiveMaxPool3d", "functional.adaptive_max_pool3d",
                "functional.adaptive_max_pool3d_with_indices"]),
        ("with training: true, no running statistics", ["functional.batch_norm"]),
        ("1 or 2 spatial dimensions", ["LocalResponseNorm", "functional.local_response_norm"]),
        ("only in place, because TorchSharp does not clip otherwise", ["Hardtanh", "hardtanh"]),
        ("in eval mode", ["Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"]),
        ("with training: false",
            ["functional.dropout", "functional.dropout1d", "functional.dropout2d", "functional.dropout3d",
                "functional.alpha_dropout", "functional.feature_alpha_dropout"]),
        ("volumes from opset 20", ["functional.grid_sample"]),
        ("static spatial dimensions", ["functional.affine_grid"]),
        ("not include_last_offset", ["EmbeddingBag"]),
        ("pass num_classes", ["functional.one_hot"]),
        ("a mask as an index needs DataDependentShapes", ["x[…]", "index"]),
        ("needs DataDependentShapes",
            ["nonzero", "argwhere", "masked_select", "unique", "unique_consecutive", "bincount"]),
        ("static matrices of up to 64 columns", ["inverse", "linalg.inv", "linalg.solve", "linalg.cholesky"]),
        ("exponents below 0 for static matrices of up to 64 columns", ["matrix_power"]),
        ("Float32", ["det", "linalg.det", "logdet", "linalg.slogdet"]),
        ("one number of repeats", ["repeat_interleave"]),
        ("name the dimension if another one is dynamic", ["squeeze"]),
        ("not with singular values", ["linalg.matrix_norm", "linalg.norm"]),
        ("integers from opset 18", ["bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not"]),
        ("Float32 and Float64", ["nan_to_num"]),
    ];

    public static IReadOnlyDictionary<string, string> All { get; } = Entries
        .SelectMany(entry => entry.Names, (entry, name) => (Name: name, entry.Note))
        .ToDictionary(entry => entry.Name, entry => entry.Note);
}
