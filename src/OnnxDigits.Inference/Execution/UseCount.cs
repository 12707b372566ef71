namespace OnnxDigits.Inference.Execution;

/// <summary>
/// Frees a resource when its owner has released it and the last user has left, so that a call in progress never loses
/// its memory.
/// </summary>
internal sealed class UseCount(Action free)
{
    // The owner counts as one.
    private int _users = 1;
    private int _released;

    /// <summary>Gets a value that indicates whether the owner has released the resource.</summary>
    public bool IsReleased => Volatile.Read(ref _released) != 0;

    /// <summary>Registers a user. Returns <see langword="false"/> if the owner has released the resource.</summary>
    public bool TryEnter()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0 && !IsReleased)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users) return true;
            users = seen;
        }
        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0) free();
    }

    /// <summary>Releases the owner's reference. Later calls have no effect.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0) Leave();
    }
}
