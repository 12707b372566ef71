using System.Reflection;
using System.Runtime.CompilerServices;
using TorchOnnx.Graph;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>
/// Maps each Tensor object to the value that it currently holds, and tracks which objects share memory.
/// </summary>
internal sealed class TensorTracker(IReadOnlySet<TensorIdentity> state)
{
    private static readonly Func<nint, nint> StorageAddress = typeof(torch).Assembly
        .GetType("TorchSharp.PInvoke.NativeMethods", throwOnError: true)!
        .GetMethod("THSStorage_data_ptr", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!
        .CreateDelegate<Func<nint, nint>>();

    private readonly ConditionalWeakTable<torch.Tensor, Entry> _entries = [];
    private readonly Dictionary<nint, List<WeakReference<torch.Tensor>>> _byStorage = [];

    /// <summary>Returns the value of a tensor. An unknown tensor existed before the forward pass.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="overwritten">
    /// The call that changed its memory through another tensor, or <see langword="null"/>.
    /// </param>
    public RecordedValue Use(torch.Tensor tensor, out TracedCall? overwritten)
    {
        overwritten = null;
        if (_entries.TryGetValue(tensor, out var entry))
        {
            overwritten = entry.OverwrittenBy;
            return entry.Value;
        }
        var identity = TensorIdentity.Of(tensor);
        var value = new RecordedValue(tensor)
        {
            Origin = ValueOrigin.Outside,
            Identity = identity,
            Constant = state.Contains(identity) ? null : Copy(tensor),
        };
        Bind(tensor, value);
        return value;
    }

    public bool Knows(torch.Tensor tensor) => _entries.TryGetValue(tensor, out _);

    public bool IsState(torch.Tensor tensor) => state.Contains(TensorIdentity.Of(tensor));

    /// <summary>Sets the value of a tensor.</summary>
    public void Bind(torch.Tensor tensor, RecordedValue value)
    {
        if (_entries.TryGetValue(tensor, out var known))
        {
            (known.Value, known.OverwrittenBy) = (value, null);
            return;
        }
        _entries.Add(tensor, new() { Value = value });
        if (tensor.IsInvalid) return;
        nint storage = StorageAddress(tensor.Handle);
        if (!_byStorage.TryGetValue(storage, out var list)) _byStorage[storage] = list = [];
        list.Add(new(tensor));
    }

    /// <summary>
    /// Records that a call changed a tensor in place. Tensors over exactly the same elements get the new value; other
    /// tensors in the same memory must not be used any more.
    /// </summary>
    public void Overwrite(torch.Tensor tensor, RecordedValue value, TracedCall by)
    {
        Bind(tensor, value);
        foreach (var other in _byStorage.GetValueOrDefault(StorageAddress(tensor.Handle)) ?? [])
        {
            if (!other.TryGetTarget(out var alias) || alias.IsInvalid || ReferenceEquals(alias, tensor)) continue;
            // Memory that was freed and reused isn't shared.
            if (StorageAddress(alias.Handle) != StorageAddress(tensor.Handle)) continue;
            if (alias.shape.SequenceEqual(tensor.shape) && alias.stride().SequenceEqual(tensor.stride())
                && alias.storage_offset() == tensor.storage_offset() && alias.dtype == tensor.dtype)
            {
                Bind(alias, value);
            }
            else if (_entries.TryGetValue(alias, out var entry))
            {
                entry.OverwrittenBy = by;
            }
        }
    }

    /// <summary>Returns a copy that dispose scopes don't dispose.</summary>
    public static torch.Tensor Copy(torch.Tensor tensor) => tensor.detach().clone().DetachFromDisposeScope();

    private sealed class Entry
    {
        public required RecordedValue Value { get; set; }

        public TracedCall? OverwrittenBy { get; set; }
    }
}
