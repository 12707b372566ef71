using CsCheck;
using TorchOnnx.Tests.Modules;

namespace TorchOnnx.Tests.Operations;

public sealed class ViewWriteTests
{
    public static TheoryData<string, Func<Tensor, Tensor>> Writes => new()
    {
        { "slice", x => Write(x, y => y[.., 2..4].sigmoid_()) },
        { "narrow", x => Write(x, y => y.narrow(1, 0, 2).zero_()) },
        { "select", x => Write(x, y => y.select(1, 0).fill_(2)) },
        { "transposition", x => Write(x, y => y.t().mul_(3)) },
        { "view of a view", x => Write(x, y => y[.., 1..].t()[1].mul_(3)) },
        { "assignment to a view", x => Write(x, y => y[0][1] = x[0, 2]) },
        { "reshaped", x => Write(x, y => y.view(-1, 2).unsqueeze(0)[0].add_(1)) },
        { "all of the reshaped", x => Write(x, y => y.view(-1, 2).relu_()) },
        { "pieces", x => Write(x, y => { foreach (var piece in y.chunk(2, 1)) piece.mul_(piece.sum()); }) },
        { "rows", x => Write(x, y => { foreach (var column in y.unbind(1)) column.sub_(column.mean()); }) },
        { "diagonal", x => Write(x, y => y.mm(y.t()).diagonal().mul_(2)) },
        { "diagonal of a product", x => { var y = x.mm(x.t()); y.diagonal().fill_(7); return y + 1; } },
        { "in an inner module", x => Write(x, y => nn.ReLU(inplace: true).call(y[.., ..3])) },
        { "mask of a view", x => Write(x, y => y[.., 1..].masked_fill_(y[.., 1..] > 0, 2)) },
        { "booleans", x => { var y = x > 0; y[.., ..2].fill_(true); return y.logical_not(); } },
        { "integers", x => { var y = (x * 9).to(int32); y[.., 1..3].mul_(2); return y + 1; } },
        { "after the base", x => Write(x, y =>
            {
                var part = y[.., ..2];
                y.mul_(2);
                part.add_(1);
                y.sub_(part.sum());
            })
        },
        { "view under a write", x => { var y = x + 0; var view = y[.., 1..]; y.mul_(2); return view.relu(); } },
        { "view of the input", x => { var first = x[0]; x.add_(1); return x + first; } },
        { "transposition of the input", x => { var turned = x.t(); x.mul_(2); return turned.relu(); } },
        { "base that is the input", x => { x.select(1, 0).zero_(); return x * 2; } },
        { "returned view", x => { var y = x + 1; var part = y.narrow(1, 0, 1); y.add_(part.sum()); return part; } },
        { "two views", x => Write(x, y =>
            {
                var (a, b) = (y[.., ..3], y[.., 2..]);
                a.mul_(2);
                b.add_(1);
                a.sub_(b.sum());
            })
        },
        { "squeezed in place", x =>
            {
                var y = (x + 0).unsqueeze(1);
                var rows = y.squeeze(1);
                y.squeeze_(1).mul_(2);
                y.transpose_(0, 1);
                y[0].zero_();
                return rows.t() + y;
            }
        },
        { "constant mask", x =>
            {
                var mask = zeros(4, 4);
                mask[1..].select(1, 0).fill_(1);
                return x.mm(mask) + mask[2];
            }
        },
        { "constant of an open size", x =>
            {
                var table = zeros(x.shape[0], 4);
                table[.., 1..3].copy_(arange(x.shape[0]).unsqueeze(1));
                return x + table;
            }
        },
        { "steps of a loop", x => Write(x, y => { for (int i = 1; i < 4; i++) y[.., i].add_(y[.., i - 1]); }) },
        { "as in a rotary embedding", x =>
            {
                var y = empty_like(x);
                y[.., ..2].copy_(x[.., 2..].neg());
                y[.., 2..].copy_(x[.., ..2]);
                return y;
            }
        },
    };

    private static Tensor Write(Tensor x, Action<Tensor> write)
    {
        var y = x * 2;
        write(y);
        return y - 1;
    }

    [Theory]
    [MemberData(nameof(Writes), DisableDiscoveryEnumeration = true)]
    public void Export_WriteToView_ReachesBaseAndOtherViews(string what, Func<Tensor, Tensor> function)
    {
        new Case(what, function, [3, 4]).IsEqual();
        new Case(what, x => function(x.reshape(-1, 4)), [3, 5, 4]) { Open = [1] }.IsEqual();
    }

    [Fact]
    public void Export_AnyViewsAndWrites_AreEqual() =>
        (from steps in Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 9]).Array[3, 9]
         select new Case(string.Join(", ", steps), x => Run(x, steps), [2, 4, 6])).Equal(60);

    // Each step takes a view of one of the tensors so far, or writes to it. The result contains all of them.
    private static Tensor Run(Tensor x, (int Kind, int Which, int Number)[] steps)
    {
        List<Tensor> tensors = [x * 1];
        foreach (var (kind, which, number) in steps)
        {
            var tensor = tensors[which % tensors.Count];
            int last = (int)tensor.dim() - 1;
            switch (kind)
            {
                case 0: tensors.Add(tensor.narrow(last, 0, (tensor.shape[last] + 1) / 2)); break;
                case 1 when last > 1: tensors.Add(tensor.transpose(last, last - 1)); break;
                case 2 when last > 1: tensors.Add(tensor.select(last, number % tensor.shape[last])); break;
                case 3: tensors.Add(tensor.unsqueeze(1)); break;
                case 4: tensors.Add(tensor.flatten(1)); break;
                case 5: tensor.mul_(0.5); break;
                case 6: tensor.add_(number); break;
                case 7: tensor.copy_(tensor.flip(last)); break;
                case 8: tensor.relu_(); break;
                case 9: tensor.sub_(tensors[number % tensors.Count].mean()); break;
            }
        }
        return cat(tensors.Select(tensor => tensor.flatten(1)).ToList(), 1);
    }

    [Fact]
    public void Export_ReshapedActivationInPlace_AddsNoScatter()
    {
        var program = ModuleCheck.IsEqual(
            new Lambda(x => { var y = x * 2; y.flatten().relu_(); return y; }), randn(2, 3));
        Assert.Equal(["Mul", "Reshape", "Relu", "Reshape"], program.Nodes.Select(node => node.OpType));
    }
}
