using TorchSharp.Modules;

namespace TorchOnnx.Tests.Corpus;

/// <summary>Convolutional, recurrent and attention networks over sequences.</summary>
internal static class SequenceNetworks
{
    public static IEnumerable<CorpusModel> All =>
    [
        CorpusModel.Of("gpt_block", () => new Gpt(), 2, 5, 8) with { Dynamic = [new("T", 0, 1)] },
        new("lstm_classifier", () => new LstmClassifier(), () => [randint(0, 9, [2, 5], ScalarType.Int64)])
        {
            Dynamic = [new("T", 0, 1)],
        },
        CorpusModel.Of("temporal_convolution", () => new TemporalConvolution(), 2, 3, 12),
        CorpusModel.Of("wavenet", () => new WaveNet(), 2, 4, 10),
        CorpusModel.Of("encoder_layer", () => nn.TransformerEncoderLayer(8, 2, 16), 5, 2, 8),
    ];

    private sealed class Gpt : nn.Module<Tensor, Tensor>
    {
        private readonly LayerNorm before = nn.LayerNorm(8), behind = nn.LayerNorm(8);
        private readonly Linear qkv = nn.Linear(8, 24), output = nn.Linear(8, 8);
        private readonly Sequential mlp = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8));

        public Gpt() : base(nameof(Gpt)) => RegisterComponents();

        private static int Heads => 2;

        public override Tensor forward(Tensor x)
        {
            x = x + Attend(before.call(x));
            return x + mlp.call(behind.call(x));
        }

        private Tensor Attend(Tensor x)
        {
            var (batch, length, width) = (x.shape[0], x.shape[1], x.shape[2]);
            Tensor[] parts = [.. qkv.call(x).split(width, -1)
                .Select(part => part.view(batch, length, Heads, width / Heads).transpose(1, 2))];
            var scores = matmul(parts[0], parts[1].transpose(-2, -1)) / Math.Sqrt(width / Heads);
            scores = scores.masked_fill(ones(length, length).tril() == 0, -1e9);
            return output.call(
                matmul(scores.softmax(-1), parts[2]).transpose(1, 2).contiguous().view(batch, length, width));
        }
    }

    private sealed class LstmClassifier : nn.Module<Tensor, Tensor>
    {
        private readonly Embedding embedding = nn.Embedding(9, 4);
        private readonly LSTM lstm = nn.LSTM(4, 5, numLayers: 2, batchFirst: true, bidirectional: true);
        private readonly Linear head = nn.Linear(10, 3);

        public LstmClassifier() : base(nameof(LstmClassifier)) => RegisterComponents();

        public override Tensor forward(Tensor tokens)
        {
            var (sequence, _, _) = lstm.call(embedding.call(tokens));
            return head.call(sequence.mean([1]));
        }
    }

    private sealed class TemporalConvolution : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleList<Conv1d> convs = new(
            [.. new long[] { 1, 2, 4 }.Select(d => nn.Conv1d(3, 3, 2, dilation: d))]);

        public TemporalConvolution() : base(nameof(TemporalConvolution)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            int dilation = 1;
            foreach (var conv in convs)
            {
                x = x + conv.call(nn.functional.pad(x, [dilation, 0])).relu();
                dilation *= 2;
            }
            return x;
        }
    }

    private sealed class WaveNet : nn.Module<Tensor, Tensor>
    {
        private readonly Conv1d filter = nn.Conv1d(4, 4, 3, padding: 1), gate = nn.Conv1d(4, 4, 3, padding: 1);

        public WaveNet() : base(nameof(WaveNet)) => RegisterComponents();

        public override Tensor forward(Tensor x) => x + filter.call(x).tanh() * gate.call(x).sigmoid();
    }
}
