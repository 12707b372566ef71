using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.ExportBench;

/// <summary>ResNet-18 for 1,000 classes. He et al., "Deep Residual Learning for Image Recognition", 2015.</summary>
internal sealed class ResNet18 : nn.Module<Tensor, Tensor>
{
    private readonly Sequential _layers;

    public ResNet18() : base(nameof(ResNet18))
    {
        _layers = nn.Sequential(
            nn.Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false), nn.BatchNorm2d(64), nn.ReLU(inplace: true),
            nn.MaxPool2d(3, stride: 2, padding: 1),
            new Block(64, 64, 1), new Block(64, 64, 1), new Block(64, 128, 2), new Block(128, 128, 1),
            new Block(128, 256, 2), new Block(256, 256, 1), new Block(256, 512, 2), new Block(512, 512, 1),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 1000));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _layers.forward(input);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _layers.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential _residual;
        private readonly Sequential? _shortcut;

        public Block(long channels, long filters, long stride) : base(nameof(Block))
        {
            _residual = nn.Sequential(
                nn.Conv2d(channels, filters, 3, stride: stride, padding: 1, bias: false), nn.BatchNorm2d(filters),
                nn.ReLU(inplace: true),
                nn.Conv2d(filters, filters, 3, padding: 1, bias: false), nn.BatchNorm2d(filters));
            if (stride != 1 || channels != filters)
                _shortcut = nn.Sequential(nn.Conv2d(channels, filters, 1, stride: stride, bias: false), nn.BatchNorm2d(filters));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var sum = _residual.forward(input);
            sum += _shortcut is null ? input : _shortcut.forward(input);
            return sum.relu_();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _residual.Dispose();
                _shortcut?.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
