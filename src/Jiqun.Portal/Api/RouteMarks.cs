namespace Jiqun.Portal.Api;

/// <summary>A route that changes something against the version in If-Match.</summary>
sealed record NeedsMatch;

/// <summary>A route that takes a file as its body.</summary>
sealed record TakesFile;
