using System.Reflection;
using System.Runtime.CompilerServices;
using TorchOnnx.Graph;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>
/// Maps each Tensor object to the value that it currently holds, and tracks which objects share memory.
/// </summary>
/// <param name="weights">The parameters and buffers.</param>
/// <param name="held">The tensors that outlive the pass, with their names.</param>
internal sealed class TensorTracker(
    IReadOnlySet<TensorIdentity> weights, IEnumerable<(string Name, torch.Tensor Tensor)> held)
{
    private static readonly Func<nint, nint> StorageAddress = typeof(torch).Assembly
        .GetType("TorchSharp.PInvoke.NativeMethods", throwOnError: true)!
        .GetMethod("THSStorage_data_ptr", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!
        .CreateDelegate<Func<nint, nint>>();

    private readonly ConditionalWeakTable<torch.Tensor, Entry> _entries = [];
    private readonly ILookup<nint, string> _held = held.Where(entry => entry.Tensor.numel() > 0)
        .ToLookup(entry => StorageAddress(entry.Tensor.Handle), entry => entry.Name);
    private readonly Dictionary<nint, List<WeakReference<torch.Tensor>>> _byStorage = [];

    /// <summary>Returns the value of a tensor. An unknown tensor existed before the forward pass.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="calls">
    /// The recording. If the tensor's memory was changed through another tensor, the calls that calculate the value
    /// are added.
    /// </param>
    /// <param name="overwritten">
    /// The call that changed its memory if the value cannot be calculated, or <see langword="null"/>.
    /// </param>
    public RecordedValue Use(torch.Tensor tensor, List<RecordedCall> calls, out TracedCall? overwritten)
    {
        overwritten = null;
        if (_entries.TryGetValue(tensor, out var entry))
        {
            overwritten = entry.OverwrittenBy;
            if (overwritten is null && entry.Version != entry.Memory.Version)
            {
                entry.Set(entry.Memory.Read(tensor, entry.Views, calls));
            }
            return entry.Value;
        }
        var identity = TensorIdentity.Of(tensor);
        var value = new RecordedValue(tensor)
        {
            Origin = ValueOrigin.Outside,
            Source = tensor,
            Identity = identity,
            Constant = weights.Contains(identity) ? null : Copy(tensor),
        };
        Bind(tensor, value);
        return value;
    }

    public bool Knows(torch.Tensor tensor) => _entries.TryGetValue(tensor, out _);

    /// <summary>
    /// Returns the name of the tensor that outlives the pass and has the same memory, or <see langword="null"/>.
    /// </summary>
    public string? HolderOf(torch.Tensor tensor) => _held[StorageAddress(tensor.Handle)].FirstOrDefault();

    public bool IsState(torch.Tensor tensor) => weights.Contains(TensorIdentity.Of(tensor));

    /// <summary>
    /// Returns a value that indicates whether the memory of a known tensor existed before the forward pass.
    /// </summary>
    public bool IsOutside(torch.Tensor tensor) => _entries.TryGetValue(tensor, out var entry) && entry.Memory.IsOutside;

    /// <summary>Sets the value of a tensor, which isn't a view.</summary>
    public void Bind(torch.Tensor tensor, RecordedValue value) => Bind(tensor, new Entry(value, new(value), []));

    /// <summary>Sets the value of a result. It may be a view of one of the arguments, or the argument itself.</summary>
    public void BindResult(
        torch.Tensor tensor, RecordedCall call, int output, IReadOnlyList<torch.Tensor> arguments)
    {
        var value = call.Outputs[output];
        List<torch.Tensor> sources = [.. arguments.Where(argument => SharesMemory(argument, tensor))
            .Distinct<torch.Tensor>(ReferenceEqualityComparer.Instance)];
        // The elements of a complex conjugate differ from those in memory.
        if (sources is [var source] && _entries.TryGetValue(source, out var entry) && entry.Value.Type == value.Type
            && (!tensor.is_complex() || call.Method.Name is not ("conj" or "adjoint" or "get_mH" or "get_H")))
        {
            Bind(tensor, new Entry(value, entry.Memory, [.. entry.Views, new(call, output, entry.Value)]));
        }
        else
        {
            Bind(tensor, value);
        }
    }

    /// <summary>Binds another object of a known tensor.</summary>
    public void BindAlias(torch.Tensor alias, torch.Tensor tensor)
    {
        if (_entries.TryGetValue(tensor, out var entry)) Bind(alias, new Entry(entry.Value, entry.Memory, entry.Views));
    }

    /// <summary>
    /// Records that a call changed a known tensor in place. The other tensors in the same memory get their new values
    /// when they are used, unless it isn't known how they share the memory.
    /// </summary>
    public void Overwrite(torch.Tensor tensor, RecordedValue value, TracedCall by)
    {
        _entries.TryGetValue(tensor, out var changed);
        changed!.Memory.Change(changed.Views, value, by);
        changed.Set(value);
        foreach (var other in _byStorage.GetValueOrDefault(StorageAddress(tensor.Handle)) ?? [])
        {
            if (!other.TryGetTarget(out var alias) || alias.IsInvalid || !SharesMemory(alias, tensor)
                || !_entries.TryGetValue(alias, out var entry) || ReferenceEquals(entry.Memory, changed.Memory))
            {
                continue;
            }
            if (alias.shape.SequenceEqual(tensor.shape) && alias.stride().SequenceEqual(tensor.stride())
                && alias.storage_offset() == tensor.storage_offset() && alias.dtype == tensor.dtype)
            {
                Bind(alias, new Entry(value, changed.Memory, changed.Views));
            }
            else
            {
                entry.OverwrittenBy = by;
            }
        }
    }

    /// <summary>Returns a copy that dispose scopes don't dispose.</summary>
    public static torch.Tensor Copy(torch.Tensor tensor) => tensor.detach().clone().DetachFromDisposeScope();

    // Memory that was freed and reused isn't shared. Empty tensors have no memory.
    private static bool SharesMemory(torch.Tensor left, torch.Tensor right) =>
        !left.IsInvalid && !right.IsInvalid && StorageAddress(left.Handle) != 0
        && StorageAddress(left.Handle) == StorageAddress(right.Handle);

    private void Bind(torch.Tensor tensor, Entry entry)
    {
        bool isKnown = _entries.TryGetValue(tensor, out _);
        _entries.AddOrUpdate(tensor, entry);
        if (isKnown || tensor.IsInvalid) return;
        nint storage = StorageAddress(tensor.Handle);
        if (!_byStorage.TryGetValue(storage, out var list)) _byStorage[storage] = list = [];
        list.Add(new(tensor));
    }

    private sealed class Entry(RecordedValue value, SharedMemory memory, IReadOnlyList<View> views)
    {
        public RecordedValue Value { get; private set; } = value;

        public SharedMemory Memory { get; } = memory;

        /// <summary>Gets the views that lead from the memory's base to the tensor.</summary>
        public IReadOnlyList<View> Views { get; } = views;

        /// <summary>Gets the version of the memory that <see cref="Value"/> belongs to.</summary>
        public int Version { get; private set; } = memory.Version;

        public TracedCall? OverwrittenBy { get; set; }

        public void Set(RecordedValue value) => (Value, Version) = (value, Memory.Version);
    }
}
