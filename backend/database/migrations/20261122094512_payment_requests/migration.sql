-- AlterEnum
ALTER TYPE "act_status" ADD VALUE 'held' BEFORE 'queued';

-- AlterEnum
ALTER TYPE "payment_status" ADD VALUE 'held' BEFORE 'approved';
ALTER TYPE "payment_status" ADD VALUE 'cancelled';
ALTER TYPE "payment_status" ADD VALUE 'released';

-- AlterTable
ALTER TABLE "payments" ALTER COLUMN "amount_minor" DROP NOT NULL,
ALTER COLUMN "currency" DROP NOT NULL,
ALTER COLUMN "value" DROP NOT NULL,
ADD COLUMN "points" BIGINT,
ADD COLUMN "minimum" BIGINT,
ADD COLUMN "manual" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "paid" BIGINT,
ADD COLUMN "held_until" TIMESTAMPTZ(3),
ADD COLUMN "captured_at" TIMESTAMPTZ(3),
ADD COLUMN "closed_at" TIMESTAMPTZ(3);
