namespace Jiqun.Portal.Storage;

/// <summary>The portal cannot start for a reason that whoever starts it can mend: the message says what and how.</summary>
public sealed class StartException(string message, Exception? why = null) : Exception(message, why);
