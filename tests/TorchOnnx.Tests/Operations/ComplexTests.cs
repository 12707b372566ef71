using TorchOnnx.Tests.Modules;
using TorchSharp;

namespace TorchOnnx.Tests.Operations;

public sealed class ComplexTests
{
    // x has the shape [N, 6, 4].
    public static TheoryData<string, Func<Tensor, Tensor>> Functions => new()
    {
        { "rotary embedding", x =>
            {
                var steps = outer(arange(x.shape[1], float32), tensor(new[] { 1f, 0.1f }));
                var turned = view_as_complex(x.reshape(-1, x.shape[1], 2, 2)) * polar(ones_like(steps), steps);
                return view_as_real(turned).flatten(2).type_as(x);
            }
        },
        { "product", x => view_as_real(Complex(x) * Complex(x.sin())) },
        { "product in place", x => { var y = Complex(x).clone(); y[.., 1..3].mul_(2); return view_as_real(y); } },
        { "product by a real tensor", x => view_as_real(Complex(x) * x[.., .., 0].unsqueeze(2)) },
        { "product of a real tensor", x => view_as_real(x[.., .., ..2] * Complex(x)) },
        { "product by a number", x => view_as_real(2 * Complex(x) * 0.5) },
        { "sum", x => view_as_real(Complex(x) + Complex(x).sum(1, keepdim: true) - x[.., .., ..1] + 3) },
        { "difference from a real tensor", x => view_as_real(x[.., .., ..2] - Complex(x)) },
        { "quotient", x => view_as_real(Complex(x) / (Complex(x.sin()) + 3)) },
        { "quotient by a number", x => view_as_real(Complex(x) / 3) },
        { "parts", x => Complex(x).real * 2 + Complex(x).imag },
        { "absolute value", x => Complex(x).abs() },
        { "angle", x => angle(Complex(x)) },
        { "real tensors", x => x.real + angle(x) },
        { "conjugate", x => view_as_real((Complex(x).conj() * Complex(x.sin())).resolve_conj()) },
        { "exponential", x => view_as_real((Complex(x) / 4).exp()) },
        { "complex of two", x => view_as_real(complex(x, x.sin()).transpose(1, 2)[.., 1..]) },
        { "joined", x => view_as_real(cat([Complex(x), Complex(x.cos())], 1).reshape(-1, 4)) },
        { "matrix product", x => view_as_real(Complex(x).matmul(Complex(x).transpose(1, 2))) },
        { "real matrix product", x => view_as_real(Complex(x).matmul(complex(eye(2), ones(2, 2)))) },
        { "assigned", x =>
            {
                var y = zeros_like(Complex(x));
                y[.., 1..] = Complex(x)[.., ..^1];
                return view_as_real(y);
            }
        },
        { "conversion to complex", x => view_as_real(x.to(complex64).matmul(complex(eye(4), ones(4, 4)))) },
        { "real result", x => Complex(x).to(float32) * 2 },
        { "joined with a real tensor", x => view_as_real(cat([Complex(x), x[.., .., ..2]], 1)) },
        { "assigned number", x =>
            {
                var y = fft.rfft(x, dim: 1);
                y[.., 0] = 2f;
                return view_as_real(y);
            }
        },
        { "assigned real tensor", x =>
            {
                var y = Complex(x).clone();
                y[.., 1..3] = x[.., 2..4, ..2];
                return view_as_real(y);
            }
        },
        { "masked", x => view_as_real(Complex(x).masked_fill(x[.., .., ..2] > 0, 3)) },
        { "selected", x => view_as_real(where(x[.., .., ..2] > 0, Complex(x), x[.., .., ..2])) },
        { "fft", x => view_as_real(fft.fft_(x, dim: 1)) },
        { "fft and back", x => view_as_real(fft.ifft(fft.fft_(Complex(x), dim: 1) * Complex(x.sin()), dim: 1)) },
        { "rfft", x => fft.rfft(x, dim: 1).abs() },
        { "rfft ortho", x => view_as_real(fft.rfft(x, dim: 1, norm: FFTNormType.Ortho)) },
        { "rfft forward", x => view_as_real(fft.rfft(x, dim: 1, norm: FFTNormType.Forward)) },
        { "filter", x => fft.irfft(fft.rfft(x, dim: 1) * fft.rfft(x.sin(), dim: 1), x.shape[1], dim: 1) },
        { "filter ortho", x =>
            fft.irfft(fft.rfft(x, norm: FFTNormType.Ortho), norm: FFTNormType.Ortho) },
        { "two dimensions", x => fft.irfft2(fft.rfft2(x) * fft.rfft2(x.cos()), [6, 4]) },
        { "real part of two dimensions", x => fft.fftn(x, dim: [-1, -2]).real + fft.fft2(x).imag },
        { "cut frequencies", x => fft.irfft(fft.rfft(x, dim: 1), 4, dim: 1) },
        { "padded frequencies", x => fft.irfft(fft.rfft(x, dim: 1), 9, dim: 1) },
        { "padded transform", x => fft.rfft(x, 8, dim: 1).abs() },
        { "cut transform", x => view_as_real(fft.fft_(Complex(x), 3, dim: 1)) },
        { "convolution by transforms", x =>
            {
                long length = 2 * x.shape[1];
                return fft.irfft(fft.rfft(x, length, dim: 1) * fft.rfft(x.flip(1), length, dim: 1), length, dim: 1);
            }
        },
        { "padded transform of two dimensions", x => fft.irfft2(fft.rfft2(x, [8, 3]), [7, 6]) },
        { "shifted", x => fft.fftshift(x) + view_as_real(fft.ifftshift(Complex(x), [1])).flatten(2) },
        { "product of Einstein", x => view_as_real(einsum("ntc,cd->ntd", Complex(x), complex(eye(2), ones(2, 2)))) },
        { "inverse of two dimensions", x => view_as_real(fft.ifft2(Complex(x), dim: [1, 2])) },
    };

    private static Tensor Complex(Tensor x) => view_as_complex(x.reshape(x.shape[0], x.shape[1], 2, 2));

    [Theory]
    [MemberData(nameof(Functions), DisableDiscoveryEnumeration = true)]
    public void Export_ComplexTensors_AreEqual(string what, Func<Tensor, Tensor> function)
    {
        new Case(what, function, [2, 6, 4]).IsEqual();
        if (!what.Contains("two dimensions")) new Case(what, function, [2, 6, 4]) { Open = [1], Opset = 13 }.IsEqual();
    }

    [Theory]
    [InlineData(8, -1, -1, true, false)]
    [InlineData(8, 3, 6, true, true)]
    [InlineData(9, 4, -1, false, false)]
    public void Export_ShortTimeTransform_IsEqual(int size, int step, int length, bool center, bool normalized)
    {
        using var scope = NewDisposeScope();
        var window = hann_window(length < 0 ? size : length).DetachFromDisposeScope();
        new Case("stft", x => stft(
            x, size, step, length, window, center, normalized: normalized, return_complex: true).abs(), [2, 40])
        {
            Open = [1],
        }.IsEqual();
        new Case(
            "istft",
            x =>
            {
                var frames = stft(x, size, step, length, window, normalized: normalized, return_complex: true);
                return istft(
                    frames * 2, size, step, length, window, normalized: normalized, length: center ? x.shape[1] : 30);
            },
            [2, 40])
        {
            Open = center ? [1] : [],
        }.IsEqual();
        new Case(
            "istft of a vector without a window", x => istft(stft(x[0], size, return_complex: true), size), [2, 40])
        .IsEqual();
        new Case(
            "stft of a vector",
            x => view_as_real(stft(x[0], size, step, center: center, return_complex: true)), [2, 40]).IsEqual();
    }

    [Fact]
    public void Export_FrequenciesInFieldsAndBuffers_AreEqual()
    {
        var program = ModuleCheck.IsEqual(new Rotating(), randn(2, 5, 4));
        Assert.DoesNotContain(program.Nodes, node => node.OpType is "Cos" or "Sin");
    }

    public static TheoryData<Func<Tensor, Tensor>, string> Refused => new()
    {
        { Complex, "it returns a complex tensor, and ONNX Runtime has none" },
        { x => view_as_real(Complex(x).sqrt()), "Tensor.sqrt has no converter for complex tensors" },
        { x => view_as_real(where(x[.., .., ..2] > 0, Complex(x), complex(x, x)[.., .., ..2]).tan()),
            "Tensor.tan has no converter for complex tensors" },
        { x => view_as_real(nn.Identity().call(Complex(x))), "Identity has no converter for complex tensors" },
        { x => view_as_real(einsum("ntc->nt", Complex(x))), "it isn't the product of two complex tensors" },
        {
            x =>
            {
                var y = Complex(x).clone();
                var parts = view_as_real(y);
                y.mul_(2);
                return parts + 1;
            },
            "Tensor.add uses a tensor that shares memory with a tensor that Tensor.mul_ changed in place"
        },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Export_UnsupportedComplexOperation_IsRefusedWithReason(Func<Tensor, Tensor> function, string reason)
    {
        using var model = new Lambda(function);
        Assert.StartsWith(reason, OnnxExporter.Analyze(model, randn(2, 6, 4))[0].Reason);
    }

    private sealed class Rotating : nn.Module<Tensor, Tensor>
    {
        private readonly Tensor _field = polar(ones(5, 2), rand(5, 2));

        public Rotating() : base(nameof(Rotating)) => register_buffer("table", polar(ones(5, 2), rand(5, 2)));

        public override Tensor forward(Tensor input)
        {
            var value = view_as_complex(input.reshape(-1, 5, 2, 2));
            return view_as_real(value * _field * get_buffer("table")!).flatten(2);
        }
    }
}
