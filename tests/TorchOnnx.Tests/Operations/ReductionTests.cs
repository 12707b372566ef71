using CsCheck;
using TorchOnnx.Tests.Modules;
using TorchSharp;

namespace TorchOnnx.Tests.Operations;

public sealed class ReductionTests
{
    private static readonly ScalarType[] Single = [ScalarType.Float32];

    private static readonly (string Name, Func<Tensor, Tensor> Of, ScalarType[] Types)[] Whole =
    [
        ("sum", x => x.sum(), Operands.All),
        ("sum(type)", x => x.sum(ScalarType.Float32), Operands.All),
        ("mean", x => x.mean(), Operands.Floats),
        ("prod", x => x.prod(),
            [ScalarType.Float32, ScalarType.Int64, ScalarType.Int32, ScalarType.Byte, ScalarType.Bool]),
        ("max", x => x.max(), Operands.All),
        ("min", x => x.min(), Operands.All),
        ("argmax", x => x.argmax(), Single),
        ("argmin", x => x.argmin(), Single),
        ("all", x => (x + 1).all(), Operands.All),
        ("any", x => x.any(), Operands.All),
        ("count_nonzero", x => x.count_nonzero(), Operands.All),
        ("norm", x => x.norm(), Single),
        ("norm(3)", x => x.norm(3f), Operands.Floats),
        ("norm(inf)", x => x.norm(float.PositiveInfinity), Operands.Floats),
        ("var", x => x.var().nan_to_num(), Operands.Floats),
        ("std", x => x.std(false), Operands.Floats),
        ("nansum", x => x.sqrt().nansum(), Operands.Floats),
        ("dist", x => x.dist(x.sin(), 1), Single),
        ("median", x => x.median(), Operands.Numbers),
        ("histc", x => x.histc(5), Operands.Floats),
        ("histc in bounds", x => x.histc(7, -1, 1), Operands.Floats),
    ];

    private static readonly (string Name, Func<Tensor, long, bool, Tensor> Of, ScalarType[] Types)[] Along =
    [
        ("sum", (x, d, k) => x.sum(d, keepdim: k), Operands.All),
        ("sum(long[])", (x, d, k) => x.sum([d], k), Operands.All),
        ("mean", (x, d, k) => x.mean([d], k), Operands.Floats),
        ("mean(type)", (x, d, k) => x.mean([d], k, ScalarType.Float32), Operands.All),
        ("prod", (x, d, k) => x.prod(d, k), [ScalarType.Float32, ScalarType.Int64, ScalarType.Bool]),
        ("amax", (x, d, k) => x.amax([d], k), Operands.All),
        ("amin", (x, d, k) => torch.amin(x, [d], k), Operands.All),
        ("max values", (x, d, k) => x.max(d, k).values, Operands.All),
        ("max indices", (x, d, k) => x.max(d, k).indexes, Single),
        ("min values", (x, d, k) => torch.min(x, d, k).values, Operands.All),
        ("min indices", (x, d, k) => x.min(d, k).indexes, Single),
        ("argmax", (x, d, k) => x.argmax(d, k), Operands.Floats),
        ("argmin", (x, d, k) => x.argmin(d, k), Operands.Floats),
        ("all", (x, d, k) => x.all(d, k), Operands.All),
        ("any", (x, d, k) => x.any(d, k), Operands.All),
        ("count_nonzero", (x, d, _) => x.count_nonzero([d]), Operands.All),
        ("logsumexp", (x, d, k) => (x * 30).logsumexp(d, k), Operands.Floats),
        ("norm", (x, d, k) => x.norm((int)d, k), Single),
        ("norm(1)", (x, d, k) => x.norm((int)d, k, 1), Single),
        ("norm(0)", (x, d, k) => x.relu().norm((int)d, k, 0), Operands.Floats),
        ("norm(2.5)", (x, d, k) => x.norm((int)d, k, 2.5f), Operands.Floats),
        ("norm(-inf)", (x, d, k) => x.norm((int)d, k, float.NegativeInfinity), Operands.Floats),
        // The variance of a batch of one is NaN.
        ("var", (x, d, k) => x.var(d, keepdim: k).nan_to_num(), Operands.Floats),
        ("std biased", (x, d, k) => x.std(d, false, k), Operands.Floats),
        ("var_mean", (x, d, k) => Sum(torch.var_mean(x, d, true, k)), Operands.Floats),
        ("std_mean", (x, d, k) => Sum(x.std_mean(d, false, k)), Operands.Floats),
        ("aminmax", (x, d, k) => Sum(x.aminmax(d < 0 ? d + x.dim() : d, k)), Operands.Numbers),
        ("cumsum", (x, d, _) => x.cumsum(d), Operands.All),
        ("cumprod", (x, d, _) => x.cumprod(d), [ScalarType.Float32, ScalarType.Int32]),
        ("logcumsumexp", (x, d, _) => (x * 20).logcumsumexp(d), Operands.Floats),
        ("cummax values", (x, d, _) => x.cummax(d).Item1, Operands.All),
        ("cummax indices", (x, d, _) => x.cummax(d).Item2, Operands.All),
        ("cummin values", (x, d, _) => x.cummin(d).Item1, Operands.All),
        ("cummin indices", (x, d, _) => x.cummin(d).Item2, Operands.All),
        ("diff", (x, d, _) => x.diff(1, d), Operands.All),
        ("diff with ends", (x, d, _) => x.diff(1, d, x, x), Operands.All),
        ("quantile", (x, d, k) => x.quantile(tensor(0.3, x.dtype), d, k), Operands.Floats),
        ("quantiles", (x, d, k) => x.quantile(tensor(new[] { 0, 0.75, 1 }, x.dtype), d, k), Operands.Floats),
        ("kthvalue", (x, d, k) => x.kthvalue(2, d, k).values, Operands.Numbers),
        ("kthvalue indices", (x, d, k) => x.kthvalue(1, d, k).indices, Single),
        ("softmax", (x, d, _) => x.softmax(d), Operands.Floats),
        ("softmax(type)", (x, d, _) => nn.functional.softmax(x, d, ScalarType.Float32), Operands.Numbers),
        ("log_softmax", (x, d, _) => x.log_softmax(d), Operands.Floats),
        ("functional.log_softmax", (x, d, _) => nn.functional.log_softmax(x, d), Operands.Floats),
        ("softmin", (x, d, _) => nn.functional.softmin(x, d), Operands.Floats),
        ("normalize", (x, d, _) => nn.functional.normalize(x, dim: d), Single),
        ("normalize(1)", (x, d, _) => nn.functional.normalize(x, 1, d), Single),
        ("cosine_similarity", (x, d, _) => nn.functional.cosine_similarity(x, x.sin() + 1, d), Single),
    ];

    private static Tensor Sum((Tensor First, Tensor Second) pair) => pair.First.nan_to_num() * 2 + pair.Second;

    private static readonly (string Name, Func<Tensor, long, Tensor> Of)[] Prefixes =
    [
        ("argmax of int64", (x, d) => ((x * 1e6).to(ScalarType.Int64)).argmax(d) - x.argmin(d)),
        ("max indices of int32", (x, d) => ((x * 1e6).to(ScalarType.Int32)).max(d, true).indexes),
    ];

    [Fact]
    public void Whole_AnyShape_Equal() =>
        (from reduction in Gen.OneOf(Whole)
         from type in Gen.OneOf(reduction.Types)
         from shape in Gen.Long[2, 4].Array[1, 4]
         from opset in ModuleCheck.Opsets
         select new Case($"{reduction.Name} of {type}", x => reduction.Of(Operands.As(x, type)), shape)
         {
             Opset = opset,
         })
        .Equal(100);

    [Fact]
    public void Along_AnyDimension_Equal() =>
        (from reduction in Gen.OneOf(Along)
         from type in Gen.OneOf(reduction.Types)
         from shape in Gen.Long[2, 4].Array[1, 4]
         from dimension in Gen.Long[-shape.Length, shape.Length - 1]
         from keep in Gen.Bool
         from opset in ModuleCheck.Opsets
         select new Case(
             $"{reduction.Name}({dimension}, {keep}) of {type}",
             x => reduction.Of(Operands.As(x, type), dimension, keep), shape)
         { Opset = opset })
        .Equal(250);

    [Theory]
    [MemberData(nameof(Names))]
    public void Reduction_OfItsTypes_Equal(string name)
    {
        foreach (var (_, of, types) in Whole.Where(reduction => reduction.Name == name))
        {
            foreach (var type in types) new Case($"{name} of {type}", x => of(Operands.As(x, type)), [3, 4]).IsEqual();
        }
        foreach (var (_, of, types) in Along.Where(reduction => reduction.Name == name))
        {
            foreach (var type in types)
            {
                new Case($"{name} of {type}", x => of(Operands.As(x, type), 0, false), [3, 4]) { Opset = 18 }.IsEqual();
            }
        }
    }

    public static TheoryData<string> Names =>
        [.. Whole.Select(reduction => reduction.Name).Union(Along.Select(reduction => reduction.Name))];

    [Fact]
    public void Prefixes_StaticDimension_Equal() =>
        (from prefix in Gen.OneOf(Prefixes)
         from shape in Gen.Long[2, 4].Array[2, 4]
         from dimension in Gen.Long[1, shape.Length - 1]
         from fromEnd in Gen.Bool
         from opset in ModuleCheck.Opsets
         let along = fromEnd ? dimension - shape.Length : dimension
         select new Case($"{prefix.Name}({along})", x => prefix.Of(x, along), shape) { Opset = opset })
        .Equal(40);

    [Fact]
    public void SeveralDimensions_AnyOverload_Equal() => new Case[]
    {
        new("sum", x => x.sum(0, 2) + x.sum([-3, -1]).mean(), [2, 3, 4]),
        new("sum of three", x => x.sum(0, 1, -1, true), [2, 3, 4, 2]),
        new("var", x => x.var((0, 2)) + torch.std(x, (0, -1), unbiased: false), [2, 3, 4]),
        new("std", x => x.std((1, 2, 3), keepdim: true), [2, 3, 4, 5]),
        new("amax", x => x.amax([0, 1]) - x.amin(1, 0), [2, 3, 4]),
        new("sum of span", x => torch.sum(x, [1], false) / x.amax(), [2, 3]),
    }.EachEqual(2, 1);

    [Fact]
    public void Several_DynamicDimension_Equal() => ModuleCheck.IsEqual(
        new MultipleLambda(x =>
        {
            var (values, indexes) = x.max(2);
            var (variance, mean) = x.var_mean([1, 2]);
            return [values, indexes, variance, mean, x.std(2, false, true), x.cumsum(2), x.var(), x.median()];
        }),
        [randn(2, 3, 4)], new() { DynamicDimensions = [new("T", 0, 2)] });

    [Fact]
    public void LogSumExp_MaskedElements_Equal() => ModuleCheck.IsEqual(
        new Lambda(x => (x.relu().log() - 1e4).logsumexp(1) / 1e4), randn(4, 9));
}
