using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>
/// Lists every module and method of TorchSharp that has a converter, by family. A method's entry covers all its
/// overloads and its in-place form.
/// </summary>
/// <remarks>
/// Modules and functions such as Sequential or torch.sum need no entry, because the exporter follows their code down to
/// the entries here.
/// </remarks>
internal sealed class OperatorTable
{
    // Methods of one operand that ONNX has as a single operator.
    private static readonly (string Method, string OpType)[] UnaryOperators =
    [
        ("abs", "Abs"), ("neg", "Neg"), ("sign", "Sign"), ("sgn", "Sign"), ("reciprocal", "Reciprocal"),
        ("sqrt", "Sqrt"), ("exp", "Exp"), ("log", "Log"), ("erf", "Erf"), ("sigmoid", "Sigmoid"),
        ("sin", "Sin"), ("cos", "Cos"), ("tan", "Tan"), ("asin", "Asin"), ("acos", "Acos"), ("atan", "Atan"),
        ("sinh", "Sinh"), ("cosh", "Cosh"), ("tanh", "Tanh"),
        ("arcsinh", "Asinh"), ("arccosh", "Acosh"), ("arctanh", "Atanh"),
    ];

    private readonly ConverterRegistry _modules;
    private readonly Methods _tensor, _torch, _functional, _linalg, _special, _fft;

    private OperatorTable(ConverterRegistry registry)
    {
        _modules = registry;
        _tensor = new(registry, typeof(Tensor));
        _torch = new(registry, typeof(torch));
        _functional = new(registry, typeof(nn.functional));
        _linalg = new(registry, typeof(linalg));
        _special = new(registry, typeof(special));
        _fft = new(registry, typeof(fft));
    }

    /// <summary>Adds all built-in converters to a registry and returns the registry.</summary>
    public static ConverterRegistry AddTo(ConverterRegistry registry)
    {
        var table = new OperatorTable(registry);
        table.AddActivation();
        table.AddAttention();
        table.AddConvolution();
        table.AddCreation();
        table.AddElementwise();
        table.AddEmbedding();
        table.AddIndexing();
        table.AddLinear();
        table.AddLoss();
        table.AddNormalization();
        table.AddPooling();
        table.AddRecurrent();
        table.AddReduction();
        table.AddResize();
        table.AddShape();
        table.AddComplex();
        table.AddRefused();
        return registry;
    }

    private void AddActivation()
    {
        _modules.Add<ReLU>((_, context) => RectifierConverters.Relu(context));
        _tensor.Add("relu", RectifierConverters.Relu);
        _modules.Add<ReLU6>((_, context) => RectifierConverters.Clip(context, 0, 6));
        _tensor.Add("relu6", context => RectifierConverters.Clip(context, 0, 6));
        _modules.Add<Hardtanh>((module, context) =>
            RectifierConverters.Hardtanh(context, module.min_val, module.max_val, module.call));
        _tensor.Add("hardtanh", RectifierConverters.Hardtanh);
        _modules.Add<LeakyReLU>((module, context) => RectifierConverters.LeakyRelu(context, module.negative_slope));
        _tensor.Add("leaky_relu", context =>
            RectifierConverters.LeakyRelu(context, context.Number("negative_slope")));
        _modules.Add<RReLU>((module, context) =>
            RectifierConverters.RandomizedRelu(context, module.lower, module.upper));
        _tensor.Add("rrelu", context =>
            RectifierConverters.RandomizedRelu(context, context.Number("lower"), context.Number("upper")));
        _modules.Add<PReLU>((module, context) => RectifierConverters.Prelu(context, context.Parameter(module.weight)));
        _tensor.Add("prelu", context => RectifierConverters.Prelu(context, context.Tensor("target")));
        _modules.Add<Threshold>((module, context) =>
            RectifierConverters.Threshold(context, module.threshold, module.value));
        _tensor.Add("threshold", context =>
            RectifierConverters.Threshold(context, context.Number("threshold"), context.Number("value")));
        _modules.Add<Hardsigmoid>((_, context) => RectifierConverters.Hardsigmoid(context));
        _tensor.Add("hardsigmoid", RectifierConverters.Hardsigmoid);
        _modules.Add<Hardshrink>((module, context) => RectifierConverters.Shrink(context, module.lambda, bias: 0));
        _functional.Add("hardshrink", context =>
            RectifierConverters.Shrink(context, context.Number("lambda"), bias: 0));
        _modules.Add<Softshrink>((module, context) =>
            RectifierConverters.Shrink(context, module.lambda, bias: module.lambda));
        _functional.Add("softshrink", context =>
            RectifierConverters.Shrink(context, context.Number("lambda"), bias: context.Number("lambda")));

        _modules.Add<ELU>((module, context) => ExponentialConverters.Elu(context, module.alpha));
        _tensor.Add("elu", ExponentialConverters.Elu);
        _modules.Add<CELU>((module, context) => ExponentialConverters.Celu(context, module.alpha));
        _tensor.Add("celu", context => ExponentialConverters.Celu(context, context.Number("alpha", 1)));
        _modules.Add<SELU>((_, context) => ExponentialConverters.Selu(context));
        _tensor.Add("selu", ExponentialConverters.Selu);
        _modules.Add<Softplus>((module, context) =>
            ExponentialConverters.Softplus(context, module.beta, module.threshold));
        _tensor.Add("softplus", context =>
            ExponentialConverters.Softplus(context, context.Number("beta"), context.Number("threshold")));
        _modules.Add<LogSigmoid>((_, context) => ExponentialConverters.LogSigmoid(context));
        _tensor.Add("log_sigmoid", ExponentialConverters.LogSigmoid);
        _modules.Add<Softmax>((module, context) =>
            ExponentialConverters.Softmax(context, "Softmax", context.Input, module.dim));
        _modules.Add<Softmax2d>((_, context) => ExponentialConverters.Softmax(context, "Softmax", context.Input, -3));
        _modules.Add<Softmin>((module, context) =>
            ExponentialConverters.Softmax(context, "Softmax", context.Add("Neg", context.Input), module.dim));
        _special.Add("softmax", context => ExponentialConverters.Softmax(context, "Softmax"));
        _modules.Add<LogSoftmax>((module, context) =>
            ExponentialConverters.Softmax(context, "LogSoftmax", context.Input, module.dim));
        _special.Add("log_softmax", context => ExponentialConverters.Softmax(context, "LogSoftmax"));

        _modules.Add<SiLU>((_, context) => GateConverters.Silu(context));
        _tensor.Add("silu", GateConverters.Silu);
        _modules.Add<Hardswish>((_, context) => GateConverters.Hardswish(context));
        _tensor.Add("hardswish", GateConverters.Hardswish);
        _modules.Add<Mish>((_, context) => GateConverters.Mish(context));
        _modules.Add<GELU>((module, context) => GateConverters.Gelu(context, module.approximate));
        _tensor.Add("gelu", context => GateConverters.Gelu(
            context, (GELU.Approximate)(context.Argument("approximate") ?? GELU.Approximate.none)));
        _modules.Add<GLU>((module, context) => GateConverters.Glu(context, module.dim));
        _tensor.Add("glu", context => GateConverters.Glu(context, context.Integer("dim")));

        _modules.Add<Sigmoid>((_, context) => context.Add("Sigmoid", context.Input));
        _modules.Add<Tanh>((_, context) => context.Add("Tanh", context.Input));
        _modules.Add<Tanhshrink>((_, context) =>
            context.Add("Sub", [context.Input, context.Add("Tanh", context.Input)]));
        _modules.Add<Softsign>((_, context) => context.Add("Softsign", context.Input));
    }

    private void AddAttention()
    {
        _functional.Add("scaled_dot_product_attention", AttentionConverters.ScaledDotProduct);
        _modules.AddMultiple<MultiheadAttention>(AttentionConverters.MultiHead);
        _modules.Add<TransformerEncoderLayer>(TransformerConverters.EncoderLayer);
        _modules.AddMethod(typeof(TransformerEncoderLayer), "call", TransformerConverters.EncoderLayerCall);
        _modules.Add<TransformerEncoder>(TransformerConverters.Encoder);
        _modules.Add<TransformerDecoderLayer>(TransformerConverters.DecoderLayer);
        _modules.Add<TransformerDecoder>(TransformerConverters.Decoder);
        _modules.Add<Transformer>(TransformerConverters.Transformer);
        _modules.AddMethod(typeof(Transformer), "call", TransformerConverters.TransformerCall);
    }

    private void AddConvolution()
    {
        _modules.Add<Conv1d>(ConvolutionConverters.Convolve);
        _modules.Add<Conv2d>(ConvolutionConverters.Convolve);
        _modules.Add<Conv3d>(ConvolutionConverters.Convolve);
        _functional.Add(["conv1d", "conv2d", "conv3d"], ConvolutionConverters.Convolve);
        _functional.Add(["conv1d_padding", "conv2d_padding", "conv3d_padding"], ConvolutionConverters.Convolve);
        _modules.Add<ConvTranspose1d>(ConvolutionConverters.Transpose);
        _modules.Add<ConvTranspose2d>(ConvolutionConverters.Transpose);
        _modules.Add<ConvTranspose3d>(ConvolutionConverters.Transpose);
        _functional.Add(
            ["conv_transpose1d", "conv_transpose2d", "conv_transpose3d"], ConvolutionConverters.Transpose);
        _functional.Add("unfold", FoldConverters.Unfold);
        _functional.Add("fold", FoldConverters.Fold);
    }

    private void AddCreation()
    {
        _torch.Add(["zeros", "empty"], context => CreationConverters.Full(context, 0));
        _tensor.Add(["zeros_like", "empty_like"], context => CreationConverters.Full(context, 0));
        _torch.Add("ones", context => CreationConverters.Full(context, 1));
        _tensor.Add("ones_like", context => CreationConverters.Full(context, 1));
        _torch.Add("full", CreationConverters.Full);
        _tensor.Add("full_like", CreationConverters.Full);
        _tensor.Add("zero_", context =>
            CreationConverters.Overwrite(context, context.Constant(0, context.OutputType)));
        _tensor.Add("fill_", context =>
            CreationConverters.Overwrite(context, context.Operand("value", context.OutputType)));
        _tensor.Add("copy_", context =>
            CreationConverters.Overwrite(context, context.Operand("source", context.OutputType)));
        _torch.Add("arange", CreationConverters.Arange);
        _torch.Add("linspace", CreationConverters.Linspace);
        _torch.Add("eye", CreationConverters.Eye);
        _torch.Add("hann_window", context => WindowConverters.Cosines(context, 0.5, -0.5));
        _torch.Add("hamming_window", WindowConverters.Hamming);
        _torch.Add("blackman_window", context => WindowConverters.Cosines(context, 0.42, -0.5, 0.08));
        _torch.Add("bartlett_window", WindowConverters.Bartlett);
        _torch.Add("tensor", CreationConverters.TensorOf);
        _tensor.Add("op_Implicit", CreationConverters.TensorOf);
        _tensor.Add("tril", context => TriangleConverters.Triangle(context, upper: false));
        _tensor.Add("triu", context => TriangleConverters.Triangle(context, upper: true));
        _tensor.Add("diag", TriangleConverters.Diag);
        _tensor.Add("diag_embed", TriangleConverters.DiagEmbed);
    }

    private void AddElementwise()
    {
        _modules.Add<Identity>((_, context) => context.Input);
        _modules.Add<Dropout>((_, context) => context.Input);
        _modules.Add<Dropout1d>((_, context) => context.Input);
        _modules.Add<Dropout2d>((_, context) => context.Input);
        _modules.Add<Dropout3d>((_, context) => context.Input);
        _modules.Add<AlphaDropout>((_, context) => context.Input);
        _modules.Add<FeatureAlphaDropout>((_, context) => context.Input);
        _functional.Add(
            ["dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout"],
            IdentityConverters.Dropout);
        _tensor.Add(["alias", "clone", "contiguous", "detach", "positive"], context => context.Input);
        _tensor.Add(["cpu", "cuda", "mps", "pin_memory"], context => context.Input);
        _tensor.Add(["conj", "conj_physical", "resolve_conj", "resolve_neg"], context => context.Input);
        _tensor.Add(["to", "to_type"], IdentityConverters.Cast);

        foreach (var (name, opType) in UnaryOperators)
        {
            _tensor.Add(name, context => Elementwise.Unary(context, opType));
        }
        _special.Add("erf", context => Elementwise.Unary(context, "Erf"));
        _special.Add("expit", context => Elementwise.Unary(context, "Sigmoid"));

        _tensor.Add("rsqrt", UnaryConverters.Rsqrt);
        _tensor.Add("exp2", UnaryConverters.Exp2);
        _special.Add("exp2", UnaryConverters.Exp2);
        _tensor.Add("expm1", UnaryConverters.Expm1);
        _special.Add("expm1", UnaryConverters.Expm1);
        _tensor.Add("log1p", UnaryConverters.Log1p);
        _tensor.Add("log2", context => UnaryConverters.Log(context, 2));
        _tensor.Add("log10", context => UnaryConverters.Log(context, 10));
        _tensor.Add("erfc", UnaryConverters.Erfc);
        _special.Add("erfc", UnaryConverters.Erfc);
        _special.Add("ndtr", UnaryConverters.Ndtr);
        _special.Add("entr", UnaryConverters.Entr);
        _tensor.Add("deg2rad", context => UnaryConverters.Scale(context, Math.PI / 180));
        _tensor.Add("rad2deg", context => UnaryConverters.Scale(context, 180 / Math.PI));
        _tensor.Add("sinc", UnaryConverters.Sinc);
        _special.Add("sinc", UnaryConverters.Sinc);
        _tensor.Add("logit", UnaryConverters.Logit);
        _special.Add("logit", UnaryConverters.Logit);
        _tensor.Add("floor", UnaryConverters.Floor);
        _tensor.Add("ceil", UnaryConverters.Ceil);
        _tensor.Add("trunc", UnaryConverters.Trunc);
        _tensor.Add("frac", UnaryConverters.Frac);
        _tensor.Add("round", UnaryConverters.Round);

        _tensor.Add("add", ArithmeticConverters.Add);
        _tensor.Add("sub", ArithmeticConverters.Sub);
        _tensor.Add("mul", context => Elementwise.Binary(context, "Mul"));
        _tensor.Add("div", ArithmeticConverters.Div);
        _tensor.Add("true_divide", context => Elementwise.Binary(context, "Div"));
        _tensor.Add("floor_divide", ArithmeticConverters.FloorDivide);
        _tensor.Add("remainder", ArithmeticConverters.Remainder);
        _tensor.Add("fmod", ArithmeticConverters.Fmod);
        _tensor.Add(["pow", "float_power"], context => Elementwise.Binary(context, "Pow"));
        _tensor.Add("ldexp", ArithmeticConverters.Ldexp);
        _tensor.Add("addcmul", context => ArithmeticConverters.AddProduct(context, "Mul"));
        _tensor.Add("addcdiv", context => ArithmeticConverters.AddProduct(context, "Div"));
        _tensor.Add("lerp", ArithmeticConverters.Lerp);
        _tensor.Add("atan2", ArithmeticConverters.Atan2);
        _tensor.Add("hypot", ArithmeticConverters.Hypot);
        _tensor.Add("logaddexp", ArithmeticConverters.LogAddExp);
        _tensor.Add("xlogy", ArithmeticConverters.Xlogy);
        _special.Add("xlog1py", ArithmeticConverters.Xlog1py);

        _tensor.Add("eq", context => ComparisonConverters.Compare(context, "Equal"));
        _tensor.Add("ne", context => ComparisonConverters.Compare(context, "Equal", negated: true));
        _tensor.Add("lt", context => ComparisonConverters.Compare(context, "Less"));
        _tensor.Add("le", context => ComparisonConverters.Compare(context, "LessOrEqual"));
        _tensor.Add("gt", context => ComparisonConverters.Compare(context, "Greater"));
        _tensor.Add("ge", context => ComparisonConverters.Compare(context, "GreaterOrEqual"));
        _tensor.Add("isnan", context => ComparisonConverters.Test(context, "IsNaN"));
        _tensor.Add("isinf", context => ComparisonConverters.Test(context, "IsInf"));
        _tensor.Add("isposinf", context => ComparisonConverters.Test(context, "IsInf", "detect_negative"));
        _tensor.Add("isneginf", context => ComparisonConverters.Test(context, "IsInf", "detect_positive"));
        _tensor.Add("isfinite", ComparisonConverters.IsFinite);
        _tensor.Add("isclose", ComparisonConverters.IsClose);

        _tensor.Add("logical_and", context => LogicConverters.Logical(context, "And"));
        _tensor.Add("logical_or", context => LogicConverters.Logical(context, "Or"));
        _tensor.Add("logical_xor", context => LogicConverters.Logical(context, "Xor"));
        _tensor.Add("logical_not", context => LogicConverters.Logical(context, "Not"));
        _tensor.Add("bitwise_and", context => LogicConverters.Bitwise(context, "And"));
        _tensor.Add("bitwise_or", context => LogicConverters.Bitwise(context, "Or"));
        _tensor.Add("bitwise_xor", context => LogicConverters.Bitwise(context, "Xor"));
        _tensor.Add("bitwise_not", context => LogicConverters.Bitwise(context, "Not"));
        _tensor.Add("bitwise_left_shift", context => LogicConverters.Shift(context, left: true));
        _tensor.Add("bitwise_right_shift", context => LogicConverters.Shift(context, left: false));

        _tensor.Add("where", context => SelectionConverters.Where(context, "condition", "this", "y"));
        _tensor.Add("masked_fill", context => SelectionConverters.Where(context, "mask", "value", "this"));
        _tensor.Add("maximum", context => Elementwise.Binary(context, "Max"));
        _tensor.Add("minimum", context => Elementwise.Binary(context, "Min"));
        _tensor.Add("fmax", context => SelectionConverters.IgnoreNaN(context, "Max"));
        _tensor.Add("fmin", context => SelectionConverters.IgnoreNaN(context, "Min"));
        _tensor.Add("copysign", SelectionConverters.CopySign);
        _tensor.Add(["clamp", "clamp_min", "clamp_max"], SelectionConverters.Clamp);
        _tensor.Add("heaviside", SelectionConverters.Heaviside);
        _tensor.Add("nan_to_num", SelectionConverters.NanToNum);
    }

    private void AddEmbedding()
    {
        _modules.Add<Embedding>(EmbeddingConverters.Lookup);
        _modules.Add<EmbeddingBag>(EmbeddingConverters.Bag);
    }

    private void AddIndexing()
    {
        _tensor.Add(["get_TensorItems", "index"], IndexingConverters.Get);
        _tensor.Add(["set_TensorItems", "index_put_"], IndexingConverters.Set);

        _tensor.Add("index_select", GatherConverters.IndexSelect);
        _tensor.Add("gather", GatherConverters.Gather);
        _tensor.Add("take", GatherConverters.Take);
        _tensor.Add("take_along_dim", GatherConverters.TakeAlongDim);
        _functional.Add("one_hot", GatherConverters.OneHot);
        _tensor.Add("bucketize", GatherConverters.Bucketize);
        _torch.Add("searchsorted", GatherConverters.SearchSorted);

        _tensor.Add(["nonzero", "argwhere"], SelectionByValueConverters.NonZero);
        _tensor.Add("masked_select", SelectionByValueConverters.MaskedSelect);
        _tensor.Add("masked_scatter", SelectionByValueConverters.MaskedScatter);
        _tensor.Add("unique", SelectionByValueConverters.Unique);
        _tensor.Add("unique_consecutive", SelectionByValueConverters.UniqueConsecutive);

        _tensor.Add("scatter", context => ScatterConverters.Scatter(context, add: false));
        _tensor.Add("scatter_add", context => ScatterConverters.Scatter(context, add: true));
        _tensor.Add("index_add", ScatterConverters.IndexAdd);
        _tensor.Add("index_copy", ScatterConverters.IndexCopy);
        _tensor.Add("index_fill", ScatterConverters.IndexFill);
        _tensor.Add("select_scatter", ScatterConverters.SelectScatter);
        _tensor.Add("slice_scatter", ScatterConverters.SliceScatter);
        _tensor.Add("diagonal_scatter", ScatterConverters.DiagonalScatter);

        _tensor.Add("slice", SliceConverters.Slice);
        _tensor.Add("select", SliceConverters.Select);
        _tensor.Add("narrow", SliceConverters.Narrow);
        _tensor.Add("unfold", SliceConverters.Unfold);
        _tensor.Add("diagonal", SliceConverters.Diagonal);
        _tensor.Add("unbind", SliceConverters.Unbind);
        _tensor.Add(["split", "chunk", "tensor_split"], SliceConverters.Split);
        _tensor.Add("vsplit", context => SliceConverters.Split(context, 0));
        _tensor.Add("hsplit", context => SliceConverters.Split(context, context.InputShape.Count == 1 ? 0 : 1));
        _tensor.Add("dsplit", context => SliceConverters.Split(context, 2));
    }

    private void AddLinear()
    {
        _modules.Add<Linear>((module, context) => LinearConverters.Linear(
            context, context.Input, context.Parameter(module.weight), context.ParameterOrNull(module.bias)));
        _functional.Add("linear", context => LinearConverters.Linear(
            context, context.Tensor("input"), context.Tensor("weights"), context.TensorOrNull("bias")));
        _functional.Add("bilinear", LinearConverters.Bilinear);
        _torch.Add("einsum", LinearConverters.Einsum);
        _tensor.Add("tensordot", LinearConverters.TensorDot);

        _tensor.Add(["matmul", "mm", "mv", "dot", "vdot"], context =>
            MatrixConverters.Product(context, "this", "target"));
        _tensor.Add("bmm", context => MatrixConverters.Product(context, "this", "batch2"));
        _tensor.Add("outer", context => MatrixConverters.Outer(context, "this", "vec2"));
        _tensor.Add("inner", MatrixConverters.Inner);
        _tensor.Add("addmm", MatrixConverters.Addmm);
        _tensor.Add("addmv", MatrixConverters.Addmv);
        _tensor.Add("addr", MatrixConverters.Addr);
        _tensor.Add("addbmm", MatrixConverters.Addbmm);
        _tensor.Add("baddbmm", MatrixConverters.Baddbmm);
        _linalg.Add("multi_dot", MatrixConverters.MultiDot);
        _linalg.Add("vecdot", MatrixConverters.VecDot);
        _linalg.Add("cross", MatrixConverters.Cross);
        _tensor.Add("trace", MatrixConverters.Trace);
        _tensor.Add("matrix_power", MatrixConverters.Power);
        _tensor.Add("det", MatrixConverters.Determinant);
        _linalg.Add("det", MatrixConverters.Determinant);
        _tensor.Add("logdet", context => context.Add("Log", MatrixConverters.Determinant(context)));
        _linalg.Add("slogdet", MatrixConverters.SignAndLogDeterminant);
        _tensor.Add("kron", MatrixConverters.Kron);
        _tensor.Add("inverse", SolveConverters.Inverse);
        _linalg.Add("inv", SolveConverters.Inverse);
        _linalg.Add("solve", SolveConverters.Solve);
        _linalg.Add("cholesky", SolveConverters.Cholesky);

        _tensor.Add("norm", NormConverters.TensorNorm);
        _linalg.Add("norm", NormConverters.LinalgNorm);
        _linalg.Add("vector_norm", NormConverters.VectorNorm);
        _linalg.Add("matrix_norm", NormConverters.MatrixNorm);
        _tensor.Add("dist", NormConverters.Dist);
        _torch.Add("cdist", NormConverters.Cdist);
        _functional.Add("pairwise_distance", NormConverters.PairwiseDistance);
        _functional.Add("normalize", NormConverters.Normalize);
        _functional.Add("cosine_similarity", NormConverters.CosineSimilarity);
    }

    private void AddLoss()
    {
        AddBoth<MSELoss>("mse_loss", RegressionLosses.Squared);
        AddBoth<L1Loss>("l1_loss", RegressionLosses.Absolute);
        AddBoth<SmoothL1Loss>("smooth_l1_loss", RegressionLosses.SmoothAbsolute);
        AddBoth<HuberLoss>("huber_loss", RegressionLosses.Huber);
        AddBoth<KLDivLoss>("kl_div", RegressionLosses.Divergence);
        AddBoth<PoissonNLLLoss>("poisson_nll_loss", RegressionLosses.Poisson);
        AddBoth<GaussianNLLLoss>("gaussian_nll_loss", RegressionLosses.Gaussian);

        AddBoth<CrossEntropyLoss>("cross_entropy", ClassificationLosses.CrossEntropy);
        AddBoth<NLLLoss>("nll_loss", ClassificationLosses.NegativeLogLikelihood);
        AddBoth<BCELoss>("binary_cross_entropy", ClassificationLosses.BinaryCrossEntropy);
        AddBoth<BCEWithLogitsLoss>("binary_cross_entropy_with_logits", ClassificationLosses.BinaryCrossEntropyOfLogits);
        AddBoth<SoftMarginLoss>("soft_margin_loss", ClassificationLosses.SoftMargin);
        AddBoth<MultiLabelSoftMarginLoss>("multilabel_soft_margin_loss", ClassificationLosses.MultiLabelSoftMargin);

        AddBoth<HingeEmbeddingLoss>("hinge_embedding_loss", MarginLosses.HingeEmbedding);
        AddBoth<CosineEmbeddingLoss>("cosine_embedding_loss", MarginLosses.CosineEmbedding);
        AddBoth<MarginRankingLoss>("margin_ranking_loss", MarginLosses.Ranking);
        AddBoth<TripletMarginLoss>("triplet_margin_loss", MarginLosses.Triplet);
        AddBoth<MultiMarginLoss>("multi_margin_loss", MarginLosses.MultiMargin);

        // The properties of the modules have the names of the functions' parameters.
        void AddBoth<TLoss>(string name, MethodConverter converter) where TLoss : nn.Module
        {
            _functional.Add(name, converter);
            _modules.Add<TLoss>((_, context) => converter(context));
        }
    }

    private void AddNormalization()
    {
        _modules.Add<BatchNorm1d>(BatchNormConverters.BatchNorm);
        _modules.Add<BatchNorm2d>(BatchNormConverters.BatchNorm);
        _modules.Add<BatchNorm3d>(BatchNormConverters.BatchNorm);
        _functional.Add("batch_norm", BatchNormConverters.BatchNorm);
        _modules.Add<InstanceNorm1d>((module, context) => BatchNormConverters.InstanceNorm(module, context, 1));
        _modules.Add<InstanceNorm2d>((module, context) => BatchNormConverters.InstanceNorm(module, context, 2));
        _modules.Add<InstanceNorm3d>((module, context) => BatchNormConverters.InstanceNorm(module, context, 3));
        _functional.Add("instance_norm", BatchNormConverters.InstanceNorm);
        _modules.Add<GroupNorm>((module, context) => BatchNormConverters.GroupNorm(
            context, module.num_groups, context.ParameterOrNull(module.weight), context.ParameterOrNull(module.bias),
            module.eps));
        _functional.Add("group_norm", context => BatchNormConverters.GroupNorm(
            context, context.Integer("num_groups"), context.TensorOrNull("weight"), context.TensorOrNull("bias"),
            context.Number("eps", 1e-5)));
        _modules.Add<LayerNorm>((module, context) => LayerNormConverters.LayerNorm(
            context, context.Input, module.normalized_shape, context.ParameterOrNull(module.weight),
            context.ParameterOrNull(module.bias), module.eps));
        _functional.Add("layer_norm", context => LayerNormConverters.LayerNorm(
            context, context.Tensor("input"), context.Integers("normalized_shape"), context.TensorOrNull("weight"),
            context.TensorOrNull("bias"), context.Number("eps", 1e-5)));
        _modules.Add<LocalResponseNorm>((module, context) => LocalResponseNormConverters.LocalResponseNorm(
            context, module.size, module.alpha, module.beta, module.k));
        _functional.Add("local_response_norm", context => LocalResponseNormConverters.LocalResponseNorm(
            context, context.Integer("size"), context.Number("alpha", 1e-4), context.Number("beta", 0.75),
            context.Number("k", 1)));
    }

    private void AddPooling()
    {
        _modules.Add<MaxPool1d>(MaxPoolConverters.Max);
        _modules.Add<MaxPool2d>(MaxPoolConverters.Max);
        _modules.Add<MaxPool3d>(MaxPoolConverters.Max);
        _modules.Add<MaxUnpool1d>((_, context) => MaxPoolConverters.Unpool(context, 1));
        _modules.Add<MaxUnpool2d>((_, context) => MaxPoolConverters.Unpool(context, 2));
        _modules.Add<MaxUnpool3d>((_, context) => MaxPoolConverters.Unpool(context, 3));

        _modules.Add<AvgPool1d>(AveragePoolConverters.Average);
        _modules.Add<AvgPool2d>(AveragePoolConverters.Average);
        _modules.Add<AvgPool3d>(AveragePoolConverters.Average);
        _functional.Add("lp_pool1d", context => AveragePoolConverters.PowerAverage(context, 1));
        _functional.Add("lp_pool2d", context => AveragePoolConverters.PowerAverage(context, 2));

        _modules.Add<AdaptiveAvgPool1d>((_, context) => AdaptivePoolConverters.Average(context, 1));
        _modules.Add<AdaptiveAvgPool2d>((_, context) => AdaptivePoolConverters.Average(context, 2));
        _modules.Add<AdaptiveAvgPool3d>((_, context) => AdaptivePoolConverters.Average(context, 3));
        _modules.Add<AdaptiveMaxPool1d>((_, context) => AdaptivePoolConverters.Max(context, 1));
        _modules.Add<AdaptiveMaxPool2d>((_, context) => AdaptivePoolConverters.Max(context, 2));

        foreach (int n in (int[])[1, 2, 3])
        {
            _functional.Add($"max_pool{n}d", context => MaxPoolConverters.Max(context, n));
            _functional.Add($"max_pool{n}d_with_indices", context => MaxPoolConverters.MaxWithIndices(context, n));
            _functional.Add($"avg_pool{n}d", context => AveragePoolConverters.Average(context, n));
            _functional.Add($"adaptive_avg_pool{n}d", context => AdaptivePoolConverters.Average(context, n));
            _functional.Add($"adaptive_max_pool{n}d", context => AdaptivePoolConverters.Max(context, n));
            _functional.Add($"adaptive_max_pool{n}d_with_indices", context =>
                AdaptivePoolConverters.MaxWithIndices(context, n));
        }
    }

    private void AddRecurrent()
    {
        _modules.AddMultiple<LSTM>(RecurrentConverters.Lstm);
        _modules.AddMultiple<GRU>(RecurrentConverters.Gru);
        _modules.AddMultiple<RNN>(RecurrentConverters.Rnn);
        _modules.AddMultiple<LSTMCell>(RecurrentConverters.LstmCell);
        _modules.AddMultiple<GRUCell>(RecurrentConverters.GruCell);
        _modules.AddMultiple<RNNCell>(RecurrentConverters.RnnCell);
    }

    private void AddReduction()
    {
        _tensor.Add("sum", context => ReductionConverters.Reduce(context, "ReduceSum"));
        _tensor.Add("mean", context => ReductionConverters.Reduce(context, "ReduceMean"));
        _tensor.Add("prod", context => ReductionConverters.Reduce(context, "ReduceProd"));
        _tensor.Add("amax", context => ReductionConverters.Reduce(context, "ReduceMax"));
        _tensor.Add("amin", context => ReductionConverters.Reduce(context, "ReduceMin"));
        _tensor.Add("logsumexp", ReductionConverters.LogSumExp);
        _tensor.Add("nansum", ReductionConverters.NanSum);
        _tensor.Add("all", context => ReductionConverters.ReduceTruth(context, "ReduceMin"));
        _tensor.Add("any", context => ReductionConverters.ReduceTruth(context, "ReduceMax"));
        _tensor.Add("count_nonzero", context => ReductionConverters.ReduceTruth(context, "ReduceSum"));
        _tensor.Add(["var", "var_mean"], context => ReductionConverters.Moments(context, root: false));
        _tensor.Add(["std", "std_mean"], context => ReductionConverters.Moments(context, root: true));

        _tensor.Add("max", context => OrderConverters.Extremum(context, largest: true));
        _tensor.Add("min", context => OrderConverters.Extremum(context, largest: false));
        _tensor.Add("aminmax", OrderConverters.AminMax);
        _tensor.Add("argmax", context => OrderConverters.Arg(context, largest: true));
        _tensor.Add("argmin", context => OrderConverters.Arg(context, largest: false));
        _tensor.Add("median", OrderConverters.Median);
        _tensor.Add("topk", OrderConverters.TopK);
        _tensor.Add("sort", OrderConverters.Sort);
        _tensor.Add("argsort", context => OrderConverters.Sort(context)[1]);
        _tensor.Add("msort", OrderConverters.MSort);
        _tensor.Add("kthvalue", OrderConverters.KthValue);
        _tensor.Add("quantile", OrderConverters.Quantile);

        _tensor.Add("cumsum", CumulativeConverters.CumSum);
        _tensor.Add("cumprod", CumulativeConverters.CumProd);
        _tensor.Add("logcumsumexp", CumulativeConverters.LogCumSumExp);
        _tensor.Add("cummax", context => CumulativeConverters.CumulativeExtremum(context, largest: true));
        _tensor.Add("cummin", context => CumulativeConverters.CumulativeExtremum(context, largest: false));
        _tensor.Add("diff", CumulativeConverters.Difference);
        _tensor.Add("histc", CountConverters.Histogram);
        _tensor.Add("bincount", CountConverters.BinCount);
    }

    private void AddResize()
    {
        _modules.Add<Upsample>(ResizeConverters.Upsample);
        _functional.Add("interpolate", ResizeConverters.Interpolate);
        _functional.Add("upsample_bilinear", context =>
            ResizeConverters.Interpolate(context, InterpolationMode.Bilinear));
        _functional.Add(
            ["upsample_nearest1d", "upsample_nearest2d", "upsample_nearest3d"], ResizeConverters.UpsampleNearest);
        _functional.Add("grid_sample", GridConverters.GridSample);
        _functional.Add("affine_grid", GridConverters.AffineGrid);
    }

    private void AddShape()
    {
        _modules.Add<Flatten>((_, context) => ReshapeConverters.Reshape(context));
        _modules.Add<Unflatten>((_, context) => ReshapeConverters.Reshape(context));
        _tensor.Add(["view", "reshape", "flatten", "ravel", "unflatten"], ReshapeConverters.Reshape);
        _tensor.Add(["atleast_1d", "atleast_2d", "atleast_3d"], ReshapeConverters.Reshape);
        _tensor.Add("squeeze", ReshapeConverters.Squeeze);
        _tensor.Add("unsqueeze", ReshapeConverters.Unsqueeze);

        _tensor.Add("permute", PermuteConverters.Permute);
        _tensor.Add("transpose", PermuteConverters.Transpose);
        _tensor.Add("t", context => PermuteConverters.Transpose(context, 0, -1));
        _tensor.Add(["get_mT", "get_mH", "adjoint"], context => PermuteConverters.Transpose(context, -2, -1));
        _tensor.Add("movedim", PermuteConverters.MoveDim);
        _tensor.Add("flip", PermuteConverters.Flip);
        _tensor.Add("fliplr", context => PermuteConverters.Flip(context, 1));
        _tensor.Add("flipud", context => PermuteConverters.Flip(context, 0));
        _tensor.Add("rot90", PermuteConverters.Rot90);
        _tensor.Add("roll", PermuteConverters.Roll);

        _tensor.Add(["expand", "broadcast_to"], ExpandConverters.Expand);
        _torch.Add("broadcast_tensors", ExpandConverters.BroadcastTensors);
        _tensor.Add("repeat", context => ExpandConverters.Tile(context, "sizes"));
        _tensor.Add("tile", context => ExpandConverters.Tile(context, "reps"));
        _tensor.Add("repeat_interleave", ExpandConverters.RepeatInterleave);
        _torch.Add("meshgrid", ExpandConverters.Meshgrid);

        _torch.Add("cat", ConcatConverters.Cat);
        _torch.Add("stack", ConcatConverters.Stack);
        _torch.Add("hstack", ConcatConverters.HStack);
        _torch.Add(["vstack", "row_stack"], ConcatConverters.VStack);
        _torch.Add("dstack", ConcatConverters.DStack);
        _torch.Add("column_stack", ConcatConverters.ColumnStack);

        _modules.Add<ZeroPad2d>((module, context) => PadConverters.Pad(context, module, PaddingModes.Constant));
        _modules.Add<ConstantPad1d>((module, context) => PadConverters.Pad(context, module, PaddingModes.Constant));
        _modules.Add<ConstantPad2d>((module, context) => PadConverters.Pad(context, module, PaddingModes.Constant));
        _modules.Add<ConstantPad3d>((module, context) => PadConverters.Pad(context, module, PaddingModes.Constant));
        _modules.Add<ReflectionPad1d>((module, context) => PadConverters.Pad(context, module, PaddingModes.Reflect));
        _modules.Add<ReflectionPad2d>((module, context) => PadConverters.Pad(context, module, PaddingModes.Reflect));
        _modules.Add<ReflectionPad3d>((module, context) => PadConverters.Pad(context, module, PaddingModes.Reflect));
        _modules.Add<ReplicationPad1d>((module, context) => PadConverters.Pad(context, module, PaddingModes.Replicate));
        _modules.Add<ReplicationPad2d>((module, context) => PadConverters.Pad(context, module, PaddingModes.Replicate));
        _modules.Add<ReplicationPad3d>((module, context) => PadConverters.Pad(context, module, PaddingModes.Replicate));
        _functional.Add("pad", PadConverters.Pad);

        _modules.Add<PixelShuffle>((module, context) =>
            ShuffleConverters.PixelShuffle(context, module.upscale_factor));
        _functional.Add("pixel_shuffle", context =>
            ShuffleConverters.PixelShuffle(context, context.Integer("upscale_factor")));
        _modules.Add<PixelUnshuffle>((module, context) =>
            ShuffleConverters.PixelUnshuffle(context, module.downscale_factor));
        _functional.Add("pixel_unshuffle", context =>
            ShuffleConverters.PixelUnshuffle(context, context.Integer("downscale_factor")));
        _modules.Add<ChannelShuffle>((module, context) => ShuffleConverters.ChannelShuffle(context, module.groups));
        _tensor.Add("channel_shuffle", context => ShuffleConverters.ChannelShuffle(context, context.Integer("groups")));
    }

    private void AddComplex()
    {
        _torch.AddComplex("complex", context => ComplexConverters.Join(context, "real", "imag"));
        _torch.AddComplex("polar", ComplexConverters.FromPolar);
        _tensor.AddComplex("view_as_complex", ComplexConverters.FromReal);
        _tensor.AddComplex("view_as_real", ComplexConverters.ToReal);
        _tensor.AddComplex("get_real", ComplexConverters.Real);
        _tensor.Add("get_real", context => context.Input);
        _tensor.AddComplex("get_imag", ComplexConverters.Imaginary);
        _tensor.AddComplex("abs", ComplexConverters.Absolute);
        _tensor.AddComplex("angle", ComplexConverters.Angle);
        _tensor.Add("angle", UnaryConverters.Angle);
        _tensor.AddComplex("conj", ComplexConverters.Conjugate);
        _tensor.AddComplex("conj_physical", ComplexConverters.Conjugate);
        _tensor.AddComplex("exp", ComplexConverters.Exponential);
        _tensor.AddComplex("add", context => ComplexConverters.Sum(context, "Add"));
        _tensor.AddComplex("sub", context => ComplexConverters.Sum(context, "Sub"));
        _tensor.AddComplex("mul", ComplexConverters.Product);
        _tensor.AddComplex("div", ComplexConverters.Quotient);
        _tensor.AddComplex("matmul", context => ComplexConverters.MatrixProduct(context, "target"));
        _tensor.AddComplex("mm", context => ComplexConverters.MatrixProduct(context, "target"));
        _torch.AddComplex("einsum", ComplexConverters.Einsum);
        _tensor.AddComplex("bmm", context => ComplexConverters.MatrixProduct(context, "batch2"));

        _fft.AddComplex("fft_", context => FourierConverters.Transform(context, inverse: false));
        _fft.AddComplex("ifft", context => FourierConverters.Transform(context, inverse: true));
        _fft.AddComplex("rfft", context => FourierConverters.Transform(context, inverse: false));
        _fft.AddComplex("irfft", context => [FourierConverters.ToReal(context)]);
        foreach (string suffix in (string[])["2", "n"])
        {
            _fft.AddComplex($"fft{suffix}", context => FourierConverters.Transform(context, inverse: false));
            _fft.AddComplex($"ifft{suffix}", context => FourierConverters.Transform(context, inverse: true));
            _fft.AddComplex($"rfft{suffix}", context => FourierConverters.Transform(context, inverse: false));
            _fft.AddComplex($"irfft{suffix}", context => [FourierConverters.ToReal(context)]);
        }
        foreach (string name in (string[])["fftshift", "ifftshift"])
        {
            _fft.Add(name, context => FourierConverters.Shift(context, inverse: name[0] == 'i'));
            _fft.AddByParts(name);
        }
        _tensor.AddComplex("istft", context => [FourierConverters.InverseShortTime(context)]);
        _tensor.AddComplex("stft", FourierConverters.ShortTime);
        _tensor.Add("stft", FourierConverters.ShortTime);

        // These operations move or add up elements, so they apply to the real and the imaginary part separately.
        foreach (string name in (string[])
            [
                "alias", "clone", "contiguous", "detach", "resolve_conj", "resolve_neg", "to", "to_type",
                "zeros_like", "neg", "sum", "mean", "cumsum", "view", "reshape", "flatten", "ravel", "unflatten",
                "squeeze", "unsqueeze", "permute", "transpose", "t", "get_mT", "movedim", "flip", "roll", "expand",
                "broadcast_to", "repeat", "tile", "repeat_interleave", "get_TensorItems", "index", "set_TensorItems",
                "index_put_", "masked_fill", "copy_", "zero_", "index_select", "gather", "slice", "select", "narrow",
                "unfold", "diagonal", "unbind", "split", "chunk", "tensor_split", "where",
            ])
        {
            _tensor.AddByParts(name);
        }
        foreach (string name in (string[])["cat", "stack", "zeros"]) _torch.AddByParts(name);
    }

    private void AddRefused()
    {
        Refuse(
            ["rand_like", "randn_like", "randint_like", "multinomial"],
            "it draws random numbers", "Draw them outside the module and pass them as an input");
        Refuse(
            ["as_strided", "set_"],
            "its result depends on the memory layout, which a graph does not have",
            "For overlapping frames, use x.unfold(dimension, size, step). Otherwise use reshape, permute or indices");
        Refuse(["mode"], "ONNX has no operator for it", "Use sort or topk");
        _modules.Add<FractionalMaxPool2d>((_, context) => throw RandomWindows(context));
        _modules.Add<FractionalMaxPool3d>((_, context) => throw RandomWindows(context));

        void Refuse(string[] names, string reason, string remedy)
        {
            MultipleMethodConverter converter = context => throw context.Refuse(reason, remedy);
            _tensor.Add(names, converter);
        }

        static OnnxExportException RandomWindows(ConversionContext context) => context.Refuse(
            "it draws its windows at random, in eval mode too", "Use adaptive pooling, or max or average pooling");
    }

    // Adds converters for methods that one type declares.
    private readonly struct Methods(ConverterRegistry registry, Type type)
    {
        public void Add(string name, MethodConverter converter) => registry.AddMethod(type, name, converter);

        public void Add(string name, MultipleMethodConverter converter) =>
            registry.AddMultipleMethod(type, name, converter);

        public void AddComplex(string name, MultipleMethodConverter converter) =>
            registry.AddComplexMethod(type, name, converter);

        public void AddByParts(string name)
        {
            var converter = registry.Find(type, name)!;
            AddComplex(name, context => ComplexConverters.ByParts(context, converter));
        }

        public void Add(string[] names, MethodConverter converter)
        {
            foreach (string name in names) Add(name, converter);
        }

        public void Add(string[] names, MultipleMethodConverter converter)
        {
            foreach (string name in names) Add(name, converter);
        }
    }
}
