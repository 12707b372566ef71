namespace OnnxDigits.Inference.Execution;

/// <summary>
/// Frees something when its owner has let go of it and the last user has left, so that a call that is running never
/// loses its memory.
/// </summary>
internal sealed class UseCount(Action free)
{
    // The owner counts as one.
    private int _users = 1;
    private int _released;

    /// <summary>Whether the owner has let go.</summary>
    public bool IsOver => Volatile.Read(ref _released) != 0;

    /// <summary>Takes part in the use; false when it is over.</summary>
    public bool TryEnter()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0 && !IsOver)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
                return true;
            users = seen;
        }
        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            free();
    }

    /// <summary>The owner lets go: nobody enters any more. The second time nothing happens.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
            Leave();
    }
}
