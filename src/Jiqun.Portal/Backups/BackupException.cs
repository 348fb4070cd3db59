namespace Jiqun.Portal.Backups;

/// <summary>A backup cannot be made or restored, for a reason that whoever asked can mend: the message says what and how. Nothing half-made stays behind.</summary>
public sealed class BackupException(string message, Exception? why = null) : Exception(message, why);
